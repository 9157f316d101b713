// SPDX-License-Identifier: Apache-2.0
#include "core/store/database_backup.h"
#include "store_fixture.h"

#include <QDir>
#include <QFile>
#include <fstream>

using namespace boolab;
using namespace boolab::test;
namespace fs = std::filesystem;

namespace
{

QByteArray contentOf(const fs::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
}

QStringList filesIn(const fs::path& folder)
{
    return QDir(QString::fromStdString(folder.string())).entryList(QDir::Files | QDir::Hidden, QDir::Name);
}

QString textOf(const Error& error)
{
    return QString::fromStdString(error.text());
}

} // namespace

class TestDatabaseBackup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBackupHoldsEverythingWhileARunGoesOn()
    {
        const TemporaryDatabase database;
        finishedRun(database, RunState::Done, "done");
        auto recorder = RunRecorder::begin(database.file(), newRun("going on")).value();
        recorder.metric(1, "loss", 2.5);
        VERIFY_OK(recorder.flush());
        const fs::path backup = database.folder() / "new folder/backup.sqlite";
        const auto facts = backUpDatabase(database.file(), backup, false);
        VERIFY_OK(facts);
        QCOMPARE(facts->runs, 2);
        QVERIFY(facts->points >= 2);
        QCOMPARE(filesIn(backup.parent_path()), QStringList{"backup.sqlite"});
        auto copy = ExperimentStore::open(backup);
        VERIFY_OK(copy);
        QCOMPARE(copy->metrics(recorder.id(), "loss").value()[0].value, 2.5);
        VERIFY_OK(recorder.end(RunState::Done));
    }

    void nothingIsOverwrittenWithoutForce()
    {
        const TemporaryDatabase database;
        finishedRun(database);
        const fs::path backup = database.folder() / "mine.txt";
        std::ofstream(backup) << "mine";
        const auto refused = backUpDatabase(database.file(), backup, false);
        QVERIFY(!refused);
        QVERIFY2(textOf(refused.error()).contains("--force"), qPrintable(textOf(refused.error())));
        QCOMPARE(contentOf(backup), QByteArray("mine"));
        VERIFY_OK(backUpDatabase(database.file(), backup, true));
        VERIFY_OK(checkBackup(backup));
        QVERIFY(!backUpDatabase(database.file(), database.file(), true));
        QVERIFY(!backUpDatabase(database.folder() / "none.sqlite", database.folder() / "x", false));
        QVERIFY(!fs::exists(database.folder() / "none.sqlite"));
    }

    void whatIsNoBackupIsRefusedAndNothingIsTouched_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("complaint");
        QTest::newRow("missing") << "missing"
                                 << "there is no such file";
        QTest::newRow("text") << "text"
                              << "is not an experiment database";
        QTest::newRow("empty") << "empty"
                               << "is empty";
        QTest::newRow("of another program") << "foreign"
                                            << "another program";
        QTest::newRow("newer") << "newer"
                               << "newer Boolab";
        QTest::newRow("damaged") << "damaged"
                                 << "damaged";
    }

    void whatIsNoBackupIsRefusedAndNothingIsTouched()
    {
        QFETCH(QString, kind);
        QFETCH(QString, complaint);
        const TemporaryDatabase database, elsewhere;
        finishedRun(database, RunState::Done, "mine");
        const fs::path backup = elsewhere.folder() / "backup.sqlite";
        if (kind == "text") std::ofstream(backup) << std::string(4000, 'x');
        if (kind == "empty") std::ofstream(backup).flush();
        if (kind == "foreign") {
            auto foreign = sqlite::Connection::open(backup, 1s).value();
            VERIFY_OK(foreign.script("CREATE TABLE t(x)"));
        }
        if (kind == "newer" || kind == "damaged") VERIFY_OK(backUpDatabase(database.file(), backup, false));
        if (kind == "newer") {
            auto newer = sqlite::Connection::open(backup, 1s).value();
            VERIFY_OK(newer.script("PRAGMA user_version = 99"));
        }
        if (kind == "damaged") {
            std::fstream file(backup, std::ios::in | std::ios::out | std::ios::binary);
            file.seekp(4096 * 2);
            file << std::string(4096 * 4, '\x5a');
        }
        const QByteArray before = contentOf(backup);
        const auto refused = restoreDatabase(database.file(), backup, true);
        QVERIFY(!refused);
        QVERIFY2(textOf(refused.error()).contains(complaint), qPrintable(textOf(refused.error())));
        QVERIFY2(!textOf(refused.error()).contains("--db"), qPrintable(textOf(refused.error())));
        QCOMPARE(contentOf(backup), before);
        QCOMPARE(database.store().runs().value()[0].name, std::string("mine"));
        QVERIFY(filesIn(database.folder()).filter("before-restore").isEmpty());
    }

    void restoringSetsTheOldOneAside()
    {
        const TemporaryDatabase database;
        finishedRun(database, RunState::Done, "before the backup");
        const fs::path backup = database.folder() / "backup.sqlite";
        VERIFY_OK(backUpDatabase(database.file(), backup, false));
        finishedRun(database, RunState::Done, "after the backup");
        const auto refused = restoreDatabase(database.file(), backup, false);
        QVERIFY(!refused);
        QVERIFY(textOf(refused.error()).contains("--force"));
        QCOMPARE(database.store().runs().value().size(), 2u);
        const auto restored = restoreDatabase(database.file(), backup, true);
        VERIFY_OK(restored);
        QCOMPARE(restored->facts.runs, 1);
        QCOMPARE(database.store().runs().value()[0].name, std::string("before the backup"));
        auto aside = ExperimentStore::open(restored->setAside);
        VERIFY_OK(aside);
        QCOMPARE(aside->runs().value()[0].name, std::string("after the backup"));
    }

    void aDatabaseInUseIsNotReplaced()
    {
        const TemporaryDatabase database;
        finishedRun(database);
        const fs::path backup = database.folder() / "backup.sqlite";
        VERIFY_OK(backUpDatabase(database.file(), backup, false));
        {
            const auto window = database.store();
            const auto refused = restoreDatabase(database.file(), backup, true);
            QVERIFY(!refused);
            QVERIFY2(textOf(refused.error()).contains("another program has this database open"),
                     qPrintable(textOf(refused.error())));
            VERIFY_OK(window.runs());
        }
        VERIFY_OK(restoreDatabase(database.file(), backup, true));
    }

    void aDamagedDatabaseIsReplacedAndKept()
    {
        const TemporaryDatabase database;
        finishedRun(database);
        const fs::path backup = database.folder() / "backup.sqlite";
        VERIFY_OK(backUpDatabase(database.file(), backup, false));
        std::ofstream(database.file(), std::ios::binary) << std::string(9000, 'x');
        QVERIFY(!ExperimentStore::open(database.file()));
        const auto restored = restoreDatabase(database.file(), backup, true);
        VERIFY_OK(restored);
        QCOMPARE(database.store().runs().value().size(), 1u);
        QCOMPARE(contentOf(restored->setAside), QByteArray(9000, 'x'));
    }

    void anOlderBackupIsMigrated()
    {
        const TemporaryDatabase database;
        const fs::path backup = database.folder() / "old.sqlite";
        {
            auto old = sqlite::Connection::open(backup, 1s).value();
            VERIFY_OK(migrate(old, migrations().first(2)));
            VERIFY_OK(old.script("INSERT INTO projects(name, created_at) VALUES ('old', 1); "
                                 "INSERT INTO runs(project_id, kind, name, state, created_at) "
                                 "VALUES (1, 'convert', 'old run', 'done', 1)"));
        }
        const QByteArray before = contentOf(backup);
        VERIFY_OK(restoreDatabase(database.file(), backup, false));
        QCOMPARE(database.store().runs().value()[0].name, std::string("old run"));
        QCOMPARE(contentOf(backup), before);
    }
};

QTEST_GUILESS_MAIN(TestDatabaseBackup)
#include "test_database_backup.moc"
