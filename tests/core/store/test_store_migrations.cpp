// SPDX-License-Identifier: Apache-2.0
#include "store_fixture.h"

using namespace boolab;
using namespace boolab::test;

namespace
{

/// A ladder of three: each step needs the one before.
constexpr Migration kLadder[] = {
    {1, "001_first", "CREATE TABLE a(x INTEGER) STRICT; INSERT INTO a VALUES (1)"},
    {2, "002_second", "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 2"},
    {3, "003_third", "CREATE TABLE b AS SELECT x + y AS z FROM a"},
};

sqlite::Connection rawConnection(const TemporaryDatabase& database)
{
    return std::move(sqlite::Connection::open(database.file(), 1s).value());
}

std::int64_t versionOf(sqlite::Connection& connection)
{
    return connection.number("PRAGMA user_version").value();
}

} // namespace

class TestStoreMigrations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void embeddedFilesRunFromOneUpwards()
    {
        const auto files = migrations();
        QVERIFY(!files.empty());
        for (std::size_t i = 0; i < files.size(); ++i) {
            QCOMPARE(files[i].version, static_cast<int>(i + 1));
            QVERIFY(files[i].sql.find("SPDX") != std::string_view::npos);
        }
    }

    void opensADatabaseOfEveryOldVersion_data()
    {
        QTest::addColumn<int>("version");
        for (int version = 0; version <= static_cast<int>(migrations().size()); ++version)
            QTest::addRow("version %d", version) << version;
    }

    void opensADatabaseOfEveryOldVersion()
    {
        QFETCH(int, version);
        const TemporaryDatabase database;
        {
            auto connection = rawConnection(database);
            if (version > 0)
                VERIFY_OK(migrate(connection, migrations().first(static_cast<std::size_t>(version))));
            QCOMPARE(versionOf(connection), version);
            if (version > 0)
                VERIFY_OK(connection.script("INSERT INTO projects(name, created_at) VALUES ('old', 1); "
                                            "INSERT INTO runs(project_id, kind, name, state, created_at) "
                                            "VALUES (1, 'finetune', 'old run', 'done', 1); "
                                            "INSERT INTO requests(run_id, kind, created_at, taken_at) "
                                            "VALUES (1, 'pause', 5, 6), (1, 'stop', 7, NULL)"));
        }
        auto store = database.store();
        QCOMPARE(store.runs().value().size(), version > 0 ? 1u : 0u);
        if (version > 0) QCOMPARE(store.runs("old").value()[0].name, std::string("old run"));
        if (version > 0) QVERIFY(!store.runs("old").value()[0].parent);
        auto connection = rawConnection(database);
        QCOMPARE(connection.number("SELECT count(*) FROM requests").value(), version > 0 ? 2 : 0);
        QCOMPARE(connection
                     .number("SELECT count(*) FROM requests WHERE kind = 'stop' AND created_at = 7 "
                             "AND taken_at IS NULL AND key IS NULL")
                     .value(),
                 version > 0 ? 1 : 0);
        QVERIFY(!connection.run("INSERT INTO requests(run_id, kind, created_at) VALUES (1, 'set', 1)"));
        NewRun child = newRun();
        if (version > 0) child.parent = store.runs("old").value()[0].id;
        auto recorder = RunRecorder::begin(database.file(), child);
        VERIFY_OK(recorder);
        QCOMPARE(store.run(recorder->id()).value().parent, child.parent);
        recorder->event(1, "checkpoint", "written");
        VERIFY_OK(store.requestSetting(recorder->id(), "learning_rate", 1e-3));
        VERIFY_OK(recorder->end(RunState::Done));
        QCOMPARE(store.events(recorder->id()).value().size(), 1u);
        QCOMPARE(store.settings(recorder->id()).value().size(), 1u);
        QCOMPARE(versionOf(connection), static_cast<std::int64_t>(migrations().size()));
    }

    void ladderIsClimbedFromAnyStep_data()
    {
        QTest::addColumn<int>("from");
        for (int from = 0; from <= 3; ++from)
            QTest::addRow("from %d", from) << from;
    }

    void ladderIsClimbedFromAnyStep()
    {
        QFETCH(int, from);
        const TemporaryDatabase database;
        auto connection = rawConnection(database);
        if (from > 0)
            VERIFY_OK(migrate(connection, std::span(kLadder).first(static_cast<std::size_t>(from))));
        VERIFY_OK(migrate(connection, kLadder));
        QCOMPARE(versionOf(connection), 3);
        QCOMPARE(connection.number("SELECT z FROM b").value(), 3);
        QCOMPARE(connection.number("SELECT count(*) FROM a").value(), 1);
    }

    void failingMigrationChangesNothing()
    {
        const TemporaryDatabase database;
        auto connection = rawConnection(database);
        VERIFY_OK(migrate(connection, std::span(kLadder).first(1)));
        const Migration broken[] = {
            kLadder[0], kLadder[1], {3, "003_broken", "CREATE TABLE c(x); INSERT INTO nowhere VALUES (1)"}};
        const auto refused = migrate(connection, broken);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("003_broken") != std::string::npos);
        QCOMPARE(versionOf(connection), 1);
        QCOMPARE(connection.number("SELECT count(*) FROM pragma_table_info('a')").value(), 1);
        VERIFY_OK(migrate(connection, kLadder));
    }

    void migrationThatOrphansRowsChangesNothing()
    {
        const TemporaryDatabase database;
        auto connection = rawConnection(database);
        const Migration orphaning[] = {{1, "001_tables",
                                        "CREATE TABLE parent(id INTEGER PRIMARY KEY); "
                                        "CREATE TABLE child(p INTEGER REFERENCES parent(id)); "
                                        "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)"},
                                       {2, "002_orphans", "DELETE FROM parent"}};
        VERIFY_OK(migrate(connection, std::span(orphaning).first(1)));
        const auto refused = migrate(connection, orphaning);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("1 rows") != std::string::npos);
        QCOMPARE(connection.number("SELECT count(*) FROM parent").value(), 1);
        QCOMPARE(versionOf(connection), 1);
    }

    void currentDatabaseIsOpenedWithoutWriting()
    {
        const TemporaryDatabase database;
        auto first = database.store();
        const auto before = first.dataVersion().value();
        const auto second = database.store();
        QCOMPARE(first.dataVersion().value(), before);
    }
};

QTEST_GUILESS_MAIN(TestStoreMigrations)
#include "test_store_migrations.moc"
