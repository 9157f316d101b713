// SPDX-License-Identifier: Apache-2.0
#include "store_fixture.h"

#include <QFile>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace boolab;
using namespace boolab::test;
namespace fs = std::filesystem;

namespace
{

/// Root may write everywhere: such a test acts as nobody for a while.
class WithoutRoot
{
public:
    WithoutRoot()
    {
        if (geteuid() != 0) return;
        m_wasRoot = seteuid(65534) == 0;
    }
    ~WithoutRoot()
    {
        if (m_wasRoot && seteuid(0) != 0) qFatal("cannot become root again");
    }

private:
    bool m_wasRoot = false;
};

QString textOf(const Error& error)
{
    return QString::fromStdString(error.text());
}

void fillWith(const fs::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

} // namespace

/// The message names the file and says what is wrong, the hint says what to do.
#define EXPECT_ERROR(result, file, what, hintWord)                                                           \
    do {                                                                                                     \
        const auto& refused_ = (result);                                                                     \
        QVERIFY(!refused_.has_value());                                                                      \
        QVERIFY2(textOf(refused_.error()).contains(QString::fromStdString((file).string())),                 \
                 qPrintable(textOf(refused_.error())));                                                      \
        QVERIFY2(textOf(refused_.error()).contains(what), qPrintable(textOf(refused_.error())));             \
        QVERIFY2(QString::fromStdString(refused_.error().hint).contains(hintWord),                           \
                 refused_.error().hint.c_str());                                                             \
    } while (false)

class TestStoreErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lockedDatabaseIsReportedAfterABoundedWait()
    {
        const TemporaryDatabase database;
        auto store = ExperimentStore::open(database.file(), 300ms).value();
        auto holder = database.connection();
        VERIFY_OK(holder.script("BEGIN EXCLUSIVE"));
        const auto start = std::chrono::steady_clock::now();
        EXPECT_ERROR(store.saveProject({0, "x", "", "", 0}), database.file(), "locked by another program",
                     "Close");
        const auto waited = std::chrono::steady_clock::now() - start;
        QVERIFY(waited >= 250ms && waited < 4s);
        VERIFY_OK(store.projects()); // reading goes on
        VERIFY_OK(holder.script("COMMIT"));
        VERIFY_OK(store.saveProject({0, "x", "", "", 0}));
    }

    void databaseLockedForReadersTooIsReportedWhenOpened()
    {
        const TemporaryDatabase database;
        auto holder = sqlite::Connection::open(database.file(), 1s).value();
        VERIFY_OK(holder.script("CREATE TABLE t(x); BEGIN EXCLUSIVE"));
        EXPECT_ERROR(ExperimentStore::open(database.file(), 200ms), database.file(), "locked", "--db");
        EXPECT_ERROR(RunRecorder::begin(database.file(), newRun(), 200ms), database.file(), "locked", "--db");
    }

    void recorderKeepsItsRowsThroughALock()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun(), 100ms).value();
        auto holder = database.connection();
        VERIFY_OK(holder.script("BEGIN IMMEDIATE"));
        for (int step = 1; step <= 50; ++step)
            recorder.metric(step, "loss", step);
        EXPECT_ERROR(recorder.flush(), database.file(), "locked", "Close");
        VERIFY_OK(holder.script("COMMIT"));
        VERIFY_OK(recorder.flush());
        QCOMPARE(database.store().metrics(recorder.id(), "loss").value().size(), 50u);
    }

    void endWaitsForAShortLock()
    {
        const TemporaryDatabase database;
        auto recorder = RunRecorder::begin(database.file(), newRun(), 300ms).value();
        auto holder = database.connection();
        VERIFY_OK(holder.script("BEGIN IMMEDIATE"));
        std::thread release([&] {
            std::this_thread::sleep_for(450ms);
            (void)holder.script("COMMIT");
        });
        const auto ended = recorder.end(RunState::Done);
        release.join();
        VERIFY_OK(ended);
        QCOMPARE(database.store().run(recorder.id()).value().state, RunState::Done);
    }

    void readOnlyFileIsRefused()
    {
        const TemporaryDatabase database;
        finishedRun(database);
        for (const char* suffix : {"-wal", "-shm"})
            fs::remove(database.file().string() + suffix);
        QCOMPARE(chmod(database.folder().c_str(), 0755), 0);
        QCOMPARE(chmod(database.file().c_str(), 0444), 0);
        const WithoutRoot user;
        EXPECT_ERROR(ExperimentStore::open(database.file(), 200ms), database.file(), "cannot be written",
                     "writable");
    }

    void readOnlyFolderIsRefused()
    {
        const TemporaryDatabase database;
        finishedRun(database);
        for (const char* suffix : {"-wal", "-shm"})
            fs::remove(database.file().string() + suffix);
        QCOMPARE(chmod(database.file().c_str(), 0666), 0);
        QCOMPARE(chmod(database.folder().c_str(), 0555), 0);
        {
            const WithoutRoot user;
            EXPECT_ERROR(ExperimentStore::open(database.file(), 200ms), database.file(), "cannot be", "writ");
            EXPECT_ERROR(ExperimentStore::open(database.folder() / "new/x.sqlite", 200ms),
                         database.folder() / "new/x.sqlite", "folder cannot be made", "--db");
        }
        QCOMPARE(chmod(database.folder().c_str(), 0755), 0);
    }

    void databaseThatTurnsReadOnlyIsReported()
    {
        const TemporaryDatabase database;
        auto connection = database.connection();
        VERIFY_OK(connection.script("PRAGMA query_only = ON"));
        EXPECT_ERROR(connection.run("INSERT INTO projects(name, created_at) VALUES ('x', 1)"),
                     database.file(), "cannot be written", "writable");
    }

    void folderBeneathAFileCannotBeMade()
    {
        const TemporaryDatabase database;
        fillWith(database.folder() / "plain", "x");
        const fs::path file = database.folder() / "plain/experiments.sqlite";
        EXPECT_ERROR(ExperimentStore::open(file), file, "folder cannot be made", "--db");
    }

    void folderInPlaceOfTheFileIsRefused()
    {
        const TemporaryDatabase database;
        EXPECT_ERROR(ExperimentStore::open(database.folder()), database.folder(), "is a folder", "--db");
    }

    void newerSchemaIsRefusedAndLeftAsItIs()
    {
        const TemporaryDatabase database;
        {
            auto connection = database.connection();
            VERIFY_OK(connection.script("PRAGMA user_version = 99"));
        }
        EXPECT_ERROR(ExperimentStore::open(database.file()), database.file(),
                     "newer Boolab (schema version 99", "Update Boolab");
        auto raw = sqlite::Connection::open(database.file(), 1s).value();
        QCOMPARE(raw.number("PRAGMA user_version").value(), 99);
    }

    void databaseOfAnotherProgramIsRefusedAndLeftAsItIs()
    {
        const TemporaryDatabase database;
        {
            auto foreign = sqlite::Connection::open(database.file(), 1s).value();
            VERIFY_OK(foreign.script("CREATE TABLE bookmarks(url TEXT); PRAGMA user_version = 1"));
        }
        QFile file(QString::fromStdString(database.file().string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray before = file.readAll();
        EXPECT_ERROR(ExperimentStore::open(database.file()), database.file(), "another program", "--db");
        file.seek(0);
        QCOMPARE(file.readAll(), before);
    }

    void garbageFileIsRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("This is a text, not a database.\n").repeated(100);
        QTest::newRow("short") << QByteArray("x");
        QTest::newRow("binary") << QByteArray(8192, '\x7f');
        QTest::newRow("gguf") << QByteArray("GGUF\3\0\0\0", 8) + QByteArray(4096, '\0');
    }

    void garbageFileIsRefused()
    {
        QFETCH(QByteArray, bytes);
        const TemporaryDatabase database;
        fillWith(database.file(), bytes.toStdString());
        EXPECT_ERROR(ExperimentStore::open(database.file()), database.file(), "is not an experiment database",
                     "--db");
        QCOMPARE(fs::file_size(database.file()), static_cast<std::uintmax_t>(bytes.size()));
    }

    void damagedPagesAreReported()
    {
        const TemporaryDatabase database;
        {
            auto recorder = RunRecorder::begin(database.file(), newRun()).value();
            for (int step = 0; step < 5000; ++step)
                recorder.metric(step, "loss", step);
            VERIFY_OK(recorder.end(RunState::Done));
        }
        // Everything behind the first page is overwritten; the header stays sound.
        const auto size = fs::file_size(database.file());
        QVERIFY(size > 20 * 4096);
        std::fstream file(database.file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096);
        file << std::string(size - 4096, '\x5a');
        file.close();
        auto store = ExperimentStore::open(database.file());
        const auto read = [&]() -> Status {
            if (!store) return std::unexpected(store.error());
            if (auto runs = store->runs(); !runs) return std::unexpected(runs.error());
            return {};
        };
        EXPECT_ERROR(read(), database.file(), "is damaged", "recover");
    }

    void truncatedFileIsReported()
    {
        const TemporaryDatabase database;
        finishedRun(database);
        fs::resize_file(database.file(), 4096 * 2);
        auto store = ExperimentStore::open(database.file());
        const auto read = [&]() -> Status {
            if (!store) return std::unexpected(store.error());
            if (auto runs = store->runs(); !runs) return std::unexpected(runs.error());
            return {};
        };
        EXPECT_ERROR(read(), database.file(), "is damaged", "recover");
    }

    void fullDiskIsReportedAndEarlierRowsStay()
    {
        const TemporaryDatabase database;
        finishedRun(database);
        auto connection = database.connection();
        const auto pages = connection.number("PRAGMA page_count").value();
        VERIFY_OK(connection.script("PRAGMA max_page_count = " + std::to_string(pages + 2)));
        const std::string big(1 << 20, 'x');
        const auto refused =
            connection.run("INSERT INTO logs(run_id, time, level, text) VALUES (1, 1, 'info', ?1)", big);
        EXPECT_ERROR(refused, database.file(), "no space is left", "runs gc");
        QCOMPARE(refused.error().code, ErrorCode::OutOfDisk);
        QCOMPARE(database.store().runs().value().size(), 1u);
    }

    void mistakeOfTheProgramIsNotBlamedOnTheUser()
    {
        const TemporaryDatabase database;
        auto connection = database.connection();
        QCOMPARE(connection.run("INSERT INTO artifacts(run_id, kind, path, created_at) VALUES (7, '', '', 1)")
                     .error()
                     .code,
                 ErrorCode::Internal);
        QCOMPARE(connection.run("SELECT nothing FROM nowhere").error().code, ErrorCode::Internal);
        QCOMPARE(connection.run("SELECT 1", 1, 2).error().code, ErrorCode::Internal); // too many parameters
    }
};

QTEST_GUILESS_MAIN(TestStoreErrors)
#include "test_store_errors.moc"
