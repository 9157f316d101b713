// SPDX-License-Identifier: Apache-2.0
#include "core/base/output_lock.h"
#include "core/store/database_backup.h"
#include "core/store/garbage.h"
#include "store_fixture.h"

#include <fstream>

using namespace boolab;
using namespace boolab::test;
namespace fs = std::filesystem;

namespace
{

void write(const fs::path& file, const std::string& content = "x")
{
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
}

void writeModel(const fs::path& folder)
{
    write(folder / "config.json", R"({"quantization_config": {"quant_method": "mbok"}})");
    write(folder / "model.safetensors", std::string(1000, 'w'));
    write(folder / "tokenizer.json");
}

/// A finished run that wrote `output`, or only read `model`.
RunId runOf(const TemporaryDatabase& database, const std::string& kind, const fs::path& output,
            const fs::path& model = "/m")
{
    NewRun run = newRun();
    run.kind = kind;
    run.job = {{"kind", kind}, {"model", model.string()}};
    if (!output.empty()) run.job["output"] = output.string();
    auto recorder = RunRecorder::begin(database.file(), run).value();
    if (!output.empty()) {
        writeModel(output);
        recorder.artifact({"boolean model", output.string(), 1000});
    }
    if (!recorder.end(RunState::Done)) qFatal("the run cannot be ended");
    return recorder.id();
}

QString keptReason(const Garbage& garbage)
{
    return garbage.kept.size() == 1 ? QString::fromStdString(garbage.kept[0].reason) : QString("not one");
}

} // namespace

class TestGarbage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyWhatDeletedRunsLeftIsGarbage()
    {
        const TemporaryDatabase database;
        const fs::path gone = database.folder() / "gone", stays = database.folder() / "stays";
        const RunId first = runOf(database, "convert", gone);
        runOf(database, "convert", stays);
        write(database.folder() / "gone.checkpoint/state.json");
        auto store = database.store();
        QVERIFY(findGarbage(store).value().items.empty());
        VERIFY_OK(store.deleteRun(first));
        const auto found = findGarbage(store).value();
        QCOMPARE(found.items.size(), 1u); // a checkpoint is none of a conversion's
        QCOMPARE(found.items[0].path, gone.string());
        QVERIFY(found.bytes() > 1000);
        QVERIFY(fs::exists(gone)); // looked at only
        const auto removed = collectGarbage(store, found).value();
        QCOMPARE(removed.runs.size(), 1u);
        QVERIFY(!fs::exists(gone));
        QVERIFY(!fs::exists(gone.string() + ".lock"));
        QVERIFY(fs::exists(stays / "model.safetensors"));
        QVERIFY(store.deletedRuns().value().empty());
        QCOMPARE(store.runs().value().size(), 1u);
    }

    void whatAnotherRunRefersToStays()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "model";
        const RunId writer = runOf(database, "convert", model);
        const RunId reader = runOf(database, "evaluate", {}, model.string() + "/");
        auto store = database.store();
        VERIFY_OK(store.deleteRun(writer));
        QCOMPARE(keptReason(findGarbage(store).value()), QString("run %1 refers to it").arg(reader));
        VERIFY_OK(store.labels().setArchived(std::vector{reader}, true)); // the archive counts
        QVERIFY(findGarbage(store).value().items.empty());
        VERIFY_OK(collectGarbage(store, findGarbage(store).value()));
        QVERIFY(fs::exists(model / "model.safetensors"));
    }

    void aFileInsideOrAFolderAroundCountsToo()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "sweep/model";
        const RunId writer = runOf(database, "convert", model);
        runOf(database, "evaluate", {}, model / "model.safetensors");
        auto store = database.store();
        VERIFY_OK(store.deleteRun(writer));
        QVERIFY(findGarbage(store).value().items.empty());
    }

    void aRelativePathMayMeanAnyFolderThatEndsLikeIt()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "models/k3";
        const RunId writer = runOf(database, "convert", model);
        runOf(database, "evaluate", {}, "models/k3");
        auto store = database.store();
        VERIFY_OK(store.deleteRun(writer));
        QVERIFY(findGarbage(store).value().items.empty());
    }

    void whatBoolabDidNotWriteStays_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("reason");
        QTest::newRow("a file of others") << "notes.txt"
                                          << "notes.txt, which Boolab did not write";
        QTest::newRow("a folder of others") << "photos/cat.jpg"
                                            << "photos, which Boolab did not write";
        QTest::newRow("no Boolean model") << "config.json"
                                          << "does not look like what Boolab writes";
        QTest::newRow("a link") << "link"
                                << "it is a link";
        QTest::newRow("changed since") << "touched"
                                       << "has changed since run 1 ended";
    }

    void whatBoolabDidNotWriteStays()
    {
        QFETCH(QString, change);
        QFETCH(QString, reason);
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "model";
        const RunId writer = runOf(database, "convert", model);
        if (change == "link") {
            fs::rename(model, database.folder() / "elsewhere");
            fs::create_directory_symlink(database.folder() / "elsewhere", model);
        } else if (change == "touched") {
            fs::last_write_time(model / "model.safetensors", fs::file_time_type::clock::now() + 60s);
        } else {
            write(model / change.toStdString());
        }
        auto store = database.store();
        VERIFY_OK(store.deleteRun(writer));
        const auto found = findGarbage(store).value();
        QVERIFY(found.items.empty());
        QVERIFY2(keptReason(found).contains(reason), qPrintable(keptReason(found)));
        VERIFY_OK(collectGarbage(store, found));
        QVERIFY(fs::exists(model / "model.safetensors"));
    }

    void aRestoredRunKeepsItsFilesThoughItWasListed()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "model";
        const RunId writer = runOf(database, "convert", model);
        auto store = database.store();
        VERIFY_OK(store.deleteRun(writer));
        const auto listed = findGarbage(store).value();
        QCOMPARE(listed.items.size(), 1u);
        VERIFY_OK(store.labels().restore(std::vector{writer}));
        const auto removed = collectGarbage(store, listed).value();
        QVERIFY(removed.items.empty() && removed.runs.empty());
        QVERIFY(fs::exists(model));
        VERIFY_OK(store.run(writer));
    }

    void anOutputThatIsBeingWrittenStaysWithItsRun()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "model";
        const RunId writer = runOf(database, "convert", model);
        auto store = database.store();
        VERIFY_OK(store.deleteRun(writer));
        const auto listed = findGarbage(store).value();
        const auto lock = OutputLock::take(model);
        VERIFY_OK(lock);
        const auto removed = collectGarbage(store, listed).value();
        QVERIFY(removed.items.empty());
        QCOMPARE(removed.kept.size(), 1u);
        QVERIFY(fs::exists(model));
        QCOMPARE(store.deletedRuns().value().size(), 1u);
    }

    void checkpointsOfDeletedFinetuningsGoWithTheirStudents()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "tuned",
                       checkpoint = database.folder() / "tuned.checkpoint";
        writeModel(checkpoint / "student");
        write(checkpoint / "state.json");
        write(checkpoint / "booleans.pt");
        const fs::path previous = database.folder() / "tuned.previous-checkpoint";
        writeModel(previous / "student");
        write(previous / "state.json");
        const fs::path best = database.folder() / "tuned.best";
        writeModel(best / "step-20");
        const RunId run = runOf(database, "finetune", model);
        auto store = database.store();
        VERIFY_OK(store.deleteRun(run));
        const auto found = findGarbage(store).value();
        QCOMPARE(found.items.size(), 4u);
        VERIFY_OK(collectGarbage(store, found));
        QVERIFY(!fs::exists(model) && !fs::exists(checkpoint) && !fs::exists(previous) && !fs::exists(best));
        QVERIFY(!fs::exists(model.string() + ".lock"));
    }

    void bestStudentsBesideSomethingElseStay()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "tuned", best = database.folder() / "tuned.best";
        writeModel(best / "step-20");
        write(best / "notes.txt");
        const RunId run = runOf(database, "finetune", model);
        auto store = database.store();
        VERIFY_OK(store.deleteRun(run));
        VERIFY_OK(collectGarbage(store, findGarbage(store).value()));
        QVERIFY(!fs::exists(model) && fs::exists(best / "step-20/model.safetensors"));
    }

    void nothingIsRemovedFromACopy()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "model", copy = database.folder() / "copy.sqlite";
        const RunId run = runOf(database, "convert", model);
        VERIFY_OK(backUpDatabase(database.file(), copy, false));
        auto copied = std::move(ExperimentStore::open(copy).value());
        VERIFY_OK(copied.deleteRun(run));
        const auto found = findGarbage(copied).value();
        QCOMPARE(found.items.size(), 1u); // may be listed
        const auto refused = collectGarbage(copied, found);
        QVERIFY(!refused && refused.error().message.find("is a copy of") != std::string::npos);
        QVERIFY(!copied.recordPlace()); // the first one is still there
        QVERIFY(fs::exists(model / "model.safetensors"));
        QCOMPARE(copied.deletedRuns().value().size(), 1u);
    }

    void aMovedDatabaseHasToSaySo()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "model", moved = database.folder() / "there/moved.sqlite";
        const RunId run = runOf(database, "convert", model);
        VERIFY_OK(database.store().deleteRun(run));
        fs::create_directories(moved.parent_path());
        fs::rename(database.file(), moved);
        auto store = std::move(ExperimentStore::open(moved).value());
        const auto refused = collectGarbage(store, findGarbage(store).value());
        QVERIFY(!refused && refused.error().message.find("was made at") != std::string::npos);
        QVERIFY(fs::exists(model));
        VERIFY_OK(store.recordPlace());
        VERIFY_OK(collectGarbage(store, findGarbage(store).value()));
        QVERIFY(!fs::exists(model));
    }

    void aLinkToTheDatabaseIsTheDatabase()
    {
        const TemporaryDatabase database;
        const fs::path model = database.folder() / "model", link = database.folder() / "link.sqlite";
        const RunId run = runOf(database, "convert", model);
        fs::create_symlink(database.file(), link);
        auto store = std::move(ExperimentStore::open(link).value());
        VERIFY_OK(store.deleteRun(run));
        VERIFY_OK(collectGarbage(store, findGarbage(store).value()));
        QVERIFY(!fs::exists(model));
    }
};

QTEST_GUILESS_MAIN(TestGarbage)
#include "test_garbage.moc"
