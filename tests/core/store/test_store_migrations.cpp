// SPDX-License-Identifier: Apache-2.0
#include "store_fixture.h"

#include <QStringList>
#include <cmath>

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

/// Something in every table that a schema of this version has, NaN and empty texts among it.
void fill(sqlite::Connection& connection, int version)
{
    const auto run = [&](const char* sql) {
        if (const auto done = connection.script(sql); !done) qFatal("%s", done.error().text().c_str());
    };
    run("INSERT INTO projects(name, title, folder, created_at) VALUES ('old', 'Alt – ü', '/p', 1);"
        "INSERT INTO models(path, kind, architecture, parameters, file_bytes, opened_at) "
        "VALUES ('/m', 'gguf', 'llama', 5, 6, 7);"
        "INSERT INTO runs(project_id, kind, name, state, job, versions, result, device, dtype, seed, host, "
        "pid, "
        "process, phase, message, step, total_steps, created_at, started_at, ended_at, heartbeat_at, "
        "deleted_at) "
        "VALUES (1, 'finetune', 'old run', 'done', '{\"kind\":\"finetune\"}', '{}', '{\"loss\":1.5}', 'cpu', "
        "'float32', -1, 'h', 9, 'b', 'training', 'm', 3, 4, 1.5, 2.5, 3.5, 4.5, NULL), "
        "(1, 'convert', 'deleted', 'failed', NULL, NULL, NULL, '', '', 0, '', 0, NULL, '', '', 0, 0, 1, "
        "NULL, "
        "NULL, NULL, 9);"
        "UPDATE runs SET resumed_from = 2 WHERE id = 1;"
        "INSERT INTO metric_names(name) VALUES ('loss'), ('flips');"
        "INSERT INTO metrics VALUES (1, 1, 1, 3.0, 1), (1, 1, 2, 1.25, 2), (1, 1, 3, NULL, 3), (1, 2, 1, 7, "
        "1);"
        "INSERT INTO layer_names VALUES (1, 0, 'a'), (1, 1, 'b');"
        "INSERT INTO layer_stats VALUES (1, 2, 1, x'0000803f00000040');"
        "INSERT INTO logs(run_id, time, level, text) VALUES (1, 1, 'info', ''), (2, 2, 'error', 'x');"
        "INSERT INTO artifacts(run_id, kind, path, bytes, created_at) VALUES (1, 'chart', '/c', 8, 9);"
        "INSERT INTO requests(run_id, kind, created_at, taken_at) VALUES (1, 'pause', 5, 6), (1, 'stop', 7, "
        "NULL)");
    if (version >= 2) run("UPDATE runs SET parent_id = 2 WHERE id = 1");
    if (version >= 3)
        run("INSERT INTO run_events(run_id, step, time, kind, text) VALUES (1, 2, 3, 'rollback', 't');"
            "INSERT INTO text_samples(run_id, step, time, prompt, teacher, student) VALUES (1, 2, 3, 'p', "
            "'t', 's');"
            "INSERT INTO requests(run_id, kind, key, value, created_at, taken_at, taken_step) "
            "VALUES (1, 'set', 'learning_rate', '0.1', 1, 2, 3)");
    if (version >= 4) run("UPDATE runs SET queued_at = 1, resumed_at = 2, seconds_before = 3 WHERE id = 1");
    if (version >= 5)
        run("UPDATE runs SET notes = 'n', pinned = 1, archived_at = 5 WHERE id = 1;"
            "INSERT INTO run_tags VALUES (1, 'base');"
            "INSERT INTO saved_filters VALUES ('best', 'ppl<40', 1);"
            "INSERT INTO metric_summaries VALUES (1, 1, 3, NULL, 1.25, 3.0), (1, 2, 1, 7, 7, 7);"
            "INSERT INTO content_hashes VALUES ('/m', 6, 7, 'abc')");
    if (version >= 6)
        run("INSERT INTO comparisons VALUES ('K', '{\"axis\":\"step\"}', 1, 5);"
            "INSERT INTO comparison_runs VALUES ('K', 1, 0), ('K', 2, 1);"
            "INSERT INTO prompts VALUES (1, 'Once', '{}', 1, 5)");
    if (version >= 7) run("INSERT INTO database_place VALUES (1, '/old/experiments.sqlite')");
}

/// "SELECT quote(a) || … FROM t" for every table as it is now.
std::vector<std::string> questions(sqlite::Connection& connection)
{
    return connection
        .rows<std::string>("SELECT 'SELECT group_concat(line, char(10)) FROM (SELECT ' || group_concat("
                           "'quote(' || c.name || ')', ' || '','' || ') || ' AS line FROM ' || t.name || "
                           "' ORDER BY 1)' FROM sqlite_schema t, pragma_table_info(t.name) c "
                           "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' GROUP BY t.name",
                           [](const auto& row) { return row.text(0); })
        .value();
}

QStringList answers(sqlite::Connection& connection, const std::vector<std::string>& questions)
{
    QStringList all;
    for (const std::string& question : questions)
        all << QString::fromStdString(
            connection.rows<std::string>(question, [](const auto& row) { return row.text(0); })
                .value()
                .front());
    return all;
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

    void everyRowOfEveryOldVersionStaysAsItWas_data()
    {
        QTest::addColumn<int>("version");
        for (int version = 1; version <= static_cast<int>(migrations().size()); ++version)
            QTest::addRow("version %d", version) << version;
    }

    void everyRowOfEveryOldVersionStaysAsItWas()
    {
        QFETCH(int, version);
        const TemporaryDatabase database;
        auto connection = rawConnection(database);
        VERIFY_OK(migrate(connection, migrations().first(static_cast<std::size_t>(version))));
        fill(connection, version);
        const auto tables = questions(connection);
        QVERIFY(tables.size() >= 9);
        const QStringList before = answers(connection, tables);
        for (const QString& rows : before)
            QVERIFY(!rows.isEmpty()); // each table has something to lose
        VERIFY_OK(database.store().runs());
        QCOMPARE(versionOf(connection), static_cast<std::int64_t>(migrations().size()));
        QCOMPARE(answers(connection, tables), before);
    }

    void curvesOfOldRunsAreSummedUp()
    {
        const TemporaryDatabase database;
        {
            auto connection = rawConnection(database);
            VERIFY_OK(migrate(connection, migrations().first(4)));
            fill(connection, 4);
        }
        const auto summaries = database.store().metricSummaries(1).value();
        QCOMPARE(summaries.size(), 2u);
        QCOMPARE(summaries[0].name, std::string("loss"));
        QCOMPARE(summaries[0].step, 3);
        QVERIFY(std::isnan(summaries[0].last));
        QCOMPARE(summaries[0].lowest, 1.25);
        QCOMPARE(summaries[0].highest, 3.0);
        QCOMPARE(summaries[1].last, 7.0);
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
