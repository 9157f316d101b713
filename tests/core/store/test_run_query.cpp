// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_query.h"

#include <QTest>
#include <cmath>
#include <ctime>

using namespace boolab;

namespace
{

RunRecord sampleRun()
{
    RunRecord run;
    run.id = 12;
    run.project = "smollm2-135m";
    run.kind = "finetune";
    run.name = "Zweiter Versuch Ü";
    run.state = RunState::Done;
    run.tags = {"baseline", "paper/table-2"};
    run.notes = "Held-out text is WikiText";
    run.pinned = true;
    run.job = {{"kind", "finetune"}, {"student", "models/gptq-3"}, {"steps", 60},
               {"resume", true},     {"learning_rate", 2e-4},      {"perplexity", "text.txt"}};
    run.result = {{"loss", 1.5},
                  {"bits_per_weight", 2.58},
                  {"perplexity", 38.9},
                  {"file_bytes", 94'000'000},
                  {"reference", {{"perplexity", 19.1}}},
                  {"points", {{{"method", "gptq"}, {"bits", 2}}, {{"method", "svid"}}}}};
    run.startedAt = 1'764'500'000; // 2025-11-30
    run.endedAt = run.startedAt + 7200;
    return run;
}

const std::vector<MetricSummary> kCurves = {{"loss", 60, 1.4, 1.2, 9.0},
                                            {"held_out_perplexity", 60, 41.5, 40.5, 90.0},
                                            {"flip_rate", 60, std::nan(""), std::nan(""), std::nan("")}};

} // namespace

class TestRunQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsRuns_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<bool>("found");
        const auto row = [](const char* query, bool found) { QTest::newRow(query) << query << found; };
        row("", true);
        row("  ", true);
        row("zweiter", true);
        row("VERSUCH zweiter", true);
        row("ü", true); // case beyond ASCII
        row("\"zweiter versuch\"", true);
        row("\"versuch zweiter\"", false);
        row("wikitext", true); // notes
        row("table-2", true);  // tags
        row("finetune done", true);
        row("-zweiter", false);
        row("-dritter", true);
        row("kind:finetune", true);
        row("kind:convert,finetune", true);
        row("-kind:convert", true);
        row("project:smollm2", true);
        row("project=smollm2", false);
        row("project=SmolLM2-135M", true);
        row("state:done", true);
        row("state!=done", false);
        row("tag:baseline", true);
        row("tag:base", false);
        row("tag:base*", true);
        row("tag:*/table-*", true);
        row("tag:other,baseline", true);
        row("is:pinned", true);
        row("is:archived", false);
        row("has:notes has:tags", true);
        row("has:parent", false);
        row("student:gptq", true);
        row("steps:60", true);
        row("steps:6", false); // a number is not searched as text
        row("steps=60.0", true);
        row("lr:0.0002", true);
        row("lr<=2e-4", true);
        row("lr<2e-4", false);
        row("resume:true", true);
        row("batch_size:1", true); // left out of the job: its default
        row("bits<2.6", true);
        row("bits<2.5", false);
        row("bits:<2.6", true);
        row("bits < 2.6 ppl < 40", true);
        row("ppl<40", true); // the configuration's "perplexity" is a file
        row("ppl>40", false);
        row("perplexity:text.txt", true);
        row("size<95MB", true);
        row("size>0.1GB", false);
        row("time>=2h", true);
        row("time<119min", false);
        row("reference.perplexity<20", true);
        row("points.method:svid", true);
        row("points.method:rtn", false);
        row("held_out_perplexity<42", true);
        row("held_out_perplexity<41", false);
        row("held_out_perplexity.min<41", true);
        row("held_out_perplexity.max>89", true);
        row("loss.min<1.3", true);
        row("flip_rate<1", false); // NaN is no answer
        row("-flip_rate<1", true);
        row("unheard_of<1", false);
        row("unheard_of:x", false);
        row("id:12", true);
        row("id>=12 id<=12", true);
        row("started>2025-11-01 started<2025-12-02", true);
        row("started<2025-11-01", false);
        row("name:\"zweiter versuch\"", true);
    }

    void findsRuns()
    {
        QFETCH(QString, query);
        QFETCH(bool, found);
        const auto parsed = RunQuery::parse(query.toStdString());
        QVERIFY2(parsed, parsed ? "" : parsed.error().text().c_str());
        QCOMPARE(parsed->matches(sampleRun(), kCurves), found);
    }

    void settingsAndFiguresFollowTheModel_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QList<int>>("found");
        const auto row = [](const char* query, const QList<int>& found) {
            QTest::newRow(query) << query << found;
        };
        row("method:gptq", {1, 2, 3, 4, 5, 7}); // the conversion, what was made from it, what measured that
        row("method:svid", {6});
        row("-method:gptq", {6});
        row("ppl<60", {1, 2, 3, 4, 5});
        row("ppl<43", {2, 5}); // the newest evaluation counts, unless of the first kernels alone
        row("ppl>800", {7});
        row("method:gptq bits<2.6 ppl<43", {2, 5});
        row("kind:convert ppl<60", {1});
        row("seq_len:512", {2}); // an evaluation has its own
        row("state:done kind:finetune", {2});
    }

    void settingsAndFiguresFollowTheModel()
    {
        const auto run = [](RunId id, const char* kind, nlohmann::json job, nlohmann::json result) {
            RunRecord record;
            record.id = id;
            record.kind = kind;
            record.state = RunState::Done;
            record.startedAt = 100.0 * static_cast<double>(id);
            record.endedAt = record.startedAt + 50;
            record.job = std::move(job);
            record.result = std::move(result);
            return record;
        };
        const std::vector<RunRecord> all{
            run(7, "evaluate", {{"model", "/tuned"}, {"first_kernels", 1}}, {{"perplexity", 900}}),
            run(6, "convert", {{"method", "svid"}, {"model", "/m"}, {"output", "/k2"}}, {}),
            run(5, "evaluate", {{"model", "/tuned"}}, {{"perplexity", 42}}),
            run(4, "evaluate", {{"model", "/tuned/"}}, {{"perplexity", 44}}),
            run(3, "evaluate", {{"model", "/k2"}}, {{"perplexity", 51}}),
            run(2, "finetune", {{"student", "/k2"}, {"output", "/tuned"}}, {{"bits_per_weight", 2.1}}),
            run(1, "convert", {{"method", "gptq"}, {"model", "/m"}, {"output", "/k2"}},
                {{"bits_per_weight", 2.1}})};
        const RunRelations relations(all);
        QFETCH(QString, query);
        QFETCH(QList<int>, found);
        const auto parsed = RunQuery::parse(query.toStdString());
        QVERIFY2(parsed, parsed ? "" : parsed.error().text().c_str());
        QList<int> matched;
        for (const RunRecord& one : all)
            if (parsed->matches(one, {}, &relations)) matched.prepend(static_cast<int>(one.id));
        QCOMPARE(matched, found);
    }

    void saysWhereAQueryIsWrong_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("complaint");
        const auto row = [](const char* query, const char* complaint) {
            QTest::newRow(query) << query << complaint;
        };
        row("ppl<many", "character 5: \"many\" is no number");
        row("method:", "character 8: a value is missing after \"method\"");
        row("kind:convert,", "character 14: a value is missing after \"kind\"");
        row("a \"b c", "character 3: this quote is never closed");
        row("tag:\"\"", "character 5: nothing stands between the quotes");
        row("x <", "character 4: a value is missing after \"x\"");
        row("<3", "character 1: a name is missing");
        row("!", "character 1: \"!\" was not expected");
        row("-", "character 1: what is not wanted is missing after \"-\"");
        row("ab - x", "character 4: what is not wanted is missing after \"-\"");
        row("ab --", "character 4: what is not wanted is missing after \"-\"");
        row("started>soon", "character 9: \"soon\" is no date");
        row("is:pined", "character 4: \"pined\" is none of pinned");
        row("good state:dnoe", "character 12: \"dnoe\" is none of");
        row("size<3XB", "character 6: \"3xb\" is no number");
    }

    void saysWhereAQueryIsWrong()
    {
        QFETCH(QString, query);
        QFETCH(QString, complaint);
        const auto parsed = RunQuery::parse(query.toStdString());
        QVERIFY(!parsed);
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(complaint),
                 parsed.error().message.c_str());
        QVERIFY(!parsed.error().hint.empty());
        QCOMPARE(parsed.error().code, ErrorCode::Usage);
    }

    void aPartIsFoundByTheWordsOfItsSweep()
    {
        RunRecord sweep;
        sweep.id = 3;
        sweep.name = "grid";
        RunRecord part = sampleRun();
        part.parent = sweep.id;
        const std::vector<RunRecord> all{part, sweep};
        const RunRelations relations(all);
        const auto query = RunQuery::parse("grid zweiter").value();
        QVERIFY(query.matches(part, {}, &relations));
        QVERIFY(!query.matches(sampleRun()));
    }

    void tellsWhichFiguresItNeeds()
    {
        const auto query = RunQuery::parse("ppl<4 method:gptq tag:x held_out_perplexity.min<3 word").value();
        QCOMPARE(query.figures(), (std::vector<std::string>{"held_out_perplexity.min"}));
        QVERIFY(RunQuery::parse("is:archived x").value().asksFor("is", "archived"));
        QVERIFY(!query.asksFor("is", "archived"));
    }
};

QTEST_GUILESS_MAIN(TestRunQuery)
#include "test_run_query.moc"
