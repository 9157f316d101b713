// SPDX-License-Identifier: Apache-2.0
#include "store_fixture.h"

#include <cmath>

using namespace boolab;
using namespace boolab::test;

using Tags = std::vector<std::string>;
using Ids = std::vector<RunId>;

class TestRunLabels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tagsAreAddedOnceSortedAndRemoved()
    {
        const TemporaryDatabase database;
        const RunId first = finishedRun(database), second = finishedRun(database);
        auto store = database.store();
        VERIFY_OK(store.labels().addTags(Ids{first, second}, Tags{"ü/2", "base"}));
        VERIFY_OK(store.labels().addTags(Ids{first}, Tags{"base", "a"}));
        QCOMPARE(store.run(first).value().tags, (Tags{"a", "base", "ü/2"}));
        QCOMPARE(store.runs().value()[0].tags, (Tags{"base", "ü/2"}));
        VERIFY_OK(store.labels().removeTags(Ids{first, second}, Tags{"base", "never there"}));
        QCOMPARE(store.run(first).value().tags, (Tags{"a", "ü/2"}));
        VERIFY_OK(store.labels().setTags(first, Tags{"z"}));
        QCOMPARE(store.run(first).value().tags, Tags{"z"});
    }

    void whatCannotBeATagIsRefused_data()
    {
        QTest::addColumn<QString>("tag");
        QTest::newRow("empty") << "";
        QTest::newRow("space") << "two words";
        QTest::newRow("comma") << "a,b";
        QTest::newRow("quote") << "a\"b";
        QTest::newRow("new line") << "a\nb";
        QTest::newRow("long") << QString(61, 'x');
    }

    void whatCannotBeATagIsRefused()
    {
        QFETCH(QString, tag);
        const TemporaryDatabase database;
        const RunId id = finishedRun(database);
        auto store = database.store();
        const auto refused = store.labels().addTags(Ids{id}, Tags{"good", tag.toStdString()});
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("cannot be a tag") != std::string::npos);
        QVERIFY(store.run(id).value().tags.empty());
    }

    void oneRunThatIsNotThereChangesNone()
    {
        const TemporaryDatabase database;
        const RunId id = finishedRun(database);
        auto store = database.store();
        const auto refused = store.labels().setPinned(Ids{id, 77}, true);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("no run 77") != std::string::npos);
        QVERIFY(!store.run(id).value().pinned);
    }

    void notesPinsAndTheArchiveAreKept()
    {
        const TemporaryDatabase database;
        const RunId id = finishedRun(database);
        auto store = database.store();
        VERIFY_OK(store.labels().setNotes(id, "# Why\n*because*"));
        VERIFY_OK(store.labels().setPinned(Ids{id}, true));
        VERIFY_OK(store.labels().setArchived(Ids{id}, true));
        const RunRecord run = database.store().run(id).value();
        QCOMPARE(run.notes, std::string("# Why\n*because*"));
        QVERIFY(run.pinned);
        QVERIFY(run.archivedAt > 0);
        VERIFY_OK(store.labels().setArchived(Ids{id}, true));
        QCOMPARE(store.run(id).value().archivedAt, run.archivedAt); // since when it is
        VERIFY_OK(store.labels().setArchived(Ids{id}, false));
        QCOMPARE(store.run(id).value().archivedAt, 0.0);
        QVERIFY(!store.labels().setNotes(id, std::string(2 << 20, 'x')));
        QCOMPARE(store.run(id).value().notes, run.notes);
    }

    void aDeletedRunComesBackWithAllItHad()
    {
        const TemporaryDatabase database;
        const RunId id = finishedRun(database);
        auto store = database.store();
        VERIFY_OK(store.labels().addTags(Ids{id}, Tags{"kept"}));
        VERIFY_OK(store.labels().setArchived(Ids{id}, true));
        VERIFY_OK(store.deleteRun(id));
        QVERIFY(store.runs().value().empty());
        QCOMPARE(store.deletedRuns().value().size(), 1u);
        QVERIFY(store.deletedRuns().value()[0].deletedAt > 0);
        VERIFY_OK(store.labels().restore(Ids{id}));
        QVERIFY(store.deletedRuns().value().empty());
        const RunRecord run = store.run(id).value();
        QCOMPARE(run.tags, Tags{"kept"});
        QCOMPARE(run.archivedAt, 0.0);
        QCOMPARE(store.metrics(id, "loss").value().size(), 1u);
    }

    void labelsGoWithTheRun()
    {
        const TemporaryDatabase database;
        const RunId id = finishedRun(database);
        auto store = database.store();
        VERIFY_OK(store.labels().addTags(Ids{id}, Tags{"a"}));
        VERIFY_OK(store.deleteRun(id));
        VERIFY_OK(store.collectGarbage());
        auto connection = database.connection();
        QCOMPARE(connection.number("SELECT count(*) FROM run_tags").value(), 0);
        QCOMPARE(connection.number("SELECT count(*) FROM metric_summaries").value(), 0);
        QVERIFY(!store.labels().restore(Ids{id}));
    }

    void filtersAreSavedByName()
    {
        const TemporaryDatabase database;
        auto store = database.store();
        VERIFY_OK(store.saveFilter({"good", "ppl<40"}));
        VERIFY_OK(store.saveFilter({"Base", "tag:base"}));
        VERIFY_OK(store.saveFilter({"good", "ppl<30"}));
        const auto filters = store.savedFilters().value();
        QCOMPARE(filters.size(), 2u);
        QCOMPARE(filters[0].name, std::string("Base"));
        QCOMPARE(filters[1].query, std::string("ppl<30"));
        QVERIFY(!store.saveFilter({"", "ppl<30"}));
        const auto broken = store.saveFilter({"broken", "ppl<many"});
        QVERIFY(!broken);
        QVERIFY(broken.error().message.find("character 5") != std::string::npos);
        VERIFY_OK(store.removeFilter("good"));
        QVERIFY(!store.removeFilter("good"));
        QCOMPARE(store.savedFilters().value().size(), 1u);
    }

    void curvesAreSummedUpWhileTheyGrow()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun()).value();
        auto store = database.store();
        const auto loss = [&] { return store.metricSummaries(recorder.id()).value().front(); };
        recorder.metric(1, "loss", 5);
        recorder.metric(2, "loss", 3);
        VERIFY_OK(recorder.flush());
        QCOMPARE(loss().last, 3.0);
        recorder.metric(3, "loss", std::nan(""));
        VERIFY_OK(recorder.flush());
        QVERIFY(std::isnan(loss().last));
        QCOMPARE(loss().lowest, 3.0);
        recorder.metric(4, "loss", 4);
        recorder.metric(2, "loss", 3.5); // written again
        VERIFY_OK(recorder.end(RunState::Stopped));
        QCOMPARE(loss().last, 4.0);
        QCOMPARE(loss().step, 4);
        QCOMPARE(loss().lowest, 3.5);
        QCOMPARE(loss().highest, 5.0);
        QCOMPARE(store.metricSummaries().value().at(recorder.id()).size(), 1u);
    }

    void aResumedRunForgetsTheFiguresOfDroppedSteps()
    {
        const TemporaryDatabase database;
        RunId id = 0;
        {
            auto recorder = RunRecorder::begin(database.file(), newRun()).value();
            id = recorder.id();
            recorder.metric(1, "loss", 5);
            recorder.metric(2, "loss", 1);
            VERIFY_OK(recorder.end(RunState::Stopped));
        }
        auto resumed = RunRecorder::resume(database.file(), id, 1, 60).value();
        const auto summaries = database.store().metricSummaries(id).value();
        const auto loss = std::ranges::find(summaries, "loss", &MetricSummary::name);
        QVERIFY(loss != summaries.end());
        QCOMPARE(loss->last, 5.0);
        QCOMPARE(loss->lowest, 5.0);
    }
};

QTEST_GUILESS_MAIN(TestRunLabels)
#include "test_run_labels.moc"
