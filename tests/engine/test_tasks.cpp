// SPDX-License-Identifier: Apache-2.0
// Zero-shot tasks against lm-evaluation-harness: data/tasks/expected.json is what it gives for the same
// questions and the same model (tests/golden/make_task_scores.py).
#include "job_helpers.h"

#include "core/tasks/python_text.h"
#include "core/tasks/task_means.h"
#include "core/tasks/task_scores.h"

#include <QTemporaryDir>
#include <fstream>

using namespace boolab;

namespace
{

const std::string kData = BOOLAB_TEST_DATA "/tasks";
// float32 sums in another order.
constexpr double kTolerance = 1e-6; ///< of a log-likelihood, relative
constexpr double kPerplexityTolerance = 1e-4;

nlohmann::json readJson(const std::string& file)
{
    std::ifstream in(file);
    return nlohmann::json::parse(in, nullptr, false);
}

/// Stops after so many batches of the scoring.
struct StoppingObserver : SilentObserver {
    Command command() override { return left-- > 0 ? Command::Continue : Command::Stop; }
    void log(const std::string&, const std::string& text) override { said += text + "\n"; }
    int left = 1 << 30;
    std::string said;
};

} // namespace

class TestTasks : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    nlohmann::json m_expected;

    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    static nlohmann::json job(const std::string& tasks, nlohmann::json changes = nlohmann::json::object())
    {
        nlohmann::json json = {{"kind", "evaluate"}, {"model", BOOLAB_TINY_MODEL}, {"tasks", tasks},
                               {"task_data", kData}, {"dtype", "float32"},         {"runtime", "libtorch"},
                               {"batch_size", 3}};
        json.update(changes);
        return json;
    }

    static Result<nlohmann::json> run(const nlohmann::json& json)
    {
        SilentObserver silent;
        return runJob(makeJob(json), silent);
    }

    std::string allTasks() const
    {
        std::string names;
        for (const auto& [name, task] : m_expected["tasks"].items())
            names += (names.empty() ? "" : ",") + name;
        return names;
    }

    std::vector<nlohmann::json> samplesOf(const std::string& task, const std::string& results) const
    {
        QString file = QString::fromStdString(results);
        file.replace("results_", QString("samples_%1_").arg(QString::fromStdString(task)));
        std::ifstream in(file.toStdString() + "l");
        std::vector<nlohmann::json> lines;
        for (std::string line; std::getline(in, line);)
            lines.push_back(nlohmann::json::parse(line));
        return lines;
    }

    nlohmann::json reportOf(const std::string& tasks) const
    {
        const auto done = run(job(tasks, {{"results", path("reports")}}));
        return done ? readJson(done->at("results_file")) : nlohmann::json();
    }

    void write(const char* name, const QByteArray& content) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("BOOLAB_HOME", m_folder.path().toUtf8());
        m_expected = readJson(kData + "/expected.json");
        QVERIFY(m_expected.is_object());
        QCOMPARE(m_expected["tasks"].size(), std::size_t{8});
    }

    void scoresEqualTheHarness_data()
    {
        QTest::addColumn<QString>("runtime");
        QTest::newRow("by LibTorch, in batches") << "libtorch";
        QTest::newRow("by the decoder, contexts read once") << "float32";
    }

    void scoresEqualTheHarness()
    {
        QFETCH(QString, runtime);
        const auto done = run(
            job(allTasks(),
                {{"runtime", runtime.toStdString()}, {"results", path("results")}, {"log_samples", true}}));
        QVERIFY2(done, done ? "" : done.error().text().c_str());
        const std::string file = done->at("results_file");
        for (const auto& [name, expected] : m_expected["tasks"].items()) {
            const auto samples = samplesOf(name, file);
            QCOMPARE(samples.size(), expected["samples"].size());
            for (std::size_t i = 0; i < samples.size(); ++i) {
                const auto &ours = samples[i]["resps"], &theirs = expected["samples"][i]["resps"];
                QCOMPARE(ours.size(), theirs.size());
                for (std::size_t r = 0; r < ours.size(); ++r) {
                    const double own = std::stod(ours[r][0][0].get<std::string>());
                    const double difference = std::abs(own - theirs[r][0].get<double>());
                    QVERIFY2(difference < kTolerance * std::abs(theirs[r][0].get<double>()),
                             qPrintable(QString("%1 %2 %3: %4")
                                            .arg(QString::fromStdString(name))
                                            .arg(i)
                                            .arg(r)
                                            .arg(difference)));
                    QCOMPARE(ours[r][0][1], theirs[r][1].get<bool>() ? "True" : "False");
                    QCOMPARE(samples[i]["filtered_resps"][r], ours[r][0]);
                    const auto& arguments = samples[i]["arguments"]["gen_args_" + std::to_string(r)];
                    QCOMPARE(arguments["arg_0"], expected["samples"][i]["arguments"][r][0]);
                    QCOMPARE(arguments["arg_1"], expected["samples"][i]["arguments"][r][1]);
                }
            }
            for (const auto& [metric, value] : expected["results"].items()) {
                const auto& own = done->at("tasks")[name][metric];
                if (value.is_number() && metric != "perplexity,none")
                    QVERIFY2(std::abs(own.get<double>() - value.get<double>()) < 1e-12,
                             qPrintable(QString::fromStdString(name + " " + metric + " " + own.dump())));
                else if (value.is_number())
                    QVERIFY(std::abs(own.get<double>() / value.get<double>() - 1) < kPerplexityTolerance);
            }
        }
        const nlohmann::json report = readJson(file);
        for (const auto& [name, version] : m_expected["versions"].items())
            QCOMPARE(report["versions"][name], version);
        QCOMPARE(report["higher_is_better"]["arc_easy"]["acc_norm"], true);
        QCOMPARE(report["task_hashes"], m_expected["task_hashes"]);
    }

    /// The mean over the tasks as the harness would give a group's; its other means are not of its kind.
    void theMeanOfTasksIsAGroup()
    {
        const nlohmann::json mixed = reportOf("boolq,piqa");
        const auto& group = mixed["groups"]["tasks_mean"];
        const auto& tasks = mixed["results"];
        const auto value = [&](const char* task, const char* key) { return tasks[task][key].get<double>(); };
        QCOMPARE(group["acc,none"].get<double>(),
                 (value("boolq", "acc,none") + value("piqa", "acc,none")) / 2);
        QCOMPARE(group["acc_stderr,none"].get<double>(),
                 std::hypot(value("boolq", "acc_stderr,none"), value("piqa", "acc_stderr,none")) / 2);
        QVERIFY(!group.contains("acc_norm,none")); // boolq has none
        QCOMPARE(mixed["results"]["tasks_mean"], group);
        QCOMPARE(mixed["group_subtasks"]["tasks_mean"], (nlohmann::json{"boolq", "piqa"}));
        QCOMPARE(mixed["boolab"]["tasks_mean"]["tasks"], 2);
        QVERIFY(reportOf("piqa,arc_easy")["groups"]["tasks_mean"].contains("acc_norm,none"));
        const nlohmann::json one = reportOf("piqa");
        QVERIFY(!one.contains("groups"));
        QCOMPARE(one["group_subtasks"], nlohmann::json::object());
        QCOMPARE(one["task_hashes"], nlohmann::json::object()); // without samples, as there
    }

    void documentsEqualTheHarness_data()
    {
        QTest::addColumn<QString>("runtime");
        QTest::newRow("by LibTorch") << "libtorch";
        QTest::newRow("by the decoder") << "float32";
    }

    /// Of texts longer than the context: the harness' rolling log-likelihoods.
    void documentsEqualTheHarness()
    {
        QFETCH(QString, runtime);
        nlohmann::json json = job("boolq", {{"perplexity", kData + "/lambada_openai.jsonl"},
                                            {"protocol", "documents"},
                                            {"runtime", runtime.toStdString()},
                                            {"seq_len", 256}});
        json.erase("tasks");
        const auto done = run(json);
        QVERIFY2(done, done ? "" : done.error().text().c_str());
        double sum = 0;
        for (const auto& one : m_expected["rolling"])
            sum += one.get<double>();
        const double nll = done->at("nll").get<double>() * done->at("tokens").get<double>();
        QVERIFY2(std::abs(nll / -sum - 1) < 1e-6, qPrintable(QString("%1 %2").arg(nll).arg(-sum)));
        QCOMPARE(done->at("documents"), 4);
        QVERIFY(std::abs(done->at("bits_per_byte").get<double>() -
                         std::log2(done->at("byte_perplexity").get<double>())) < 1e-12);
    }

    /// Overlapping windows predict what one long window predicts, where they are as long as the text.
    void stridedWindowsPredictEveryTokenOnce()
    {
        nlohmann::json json = job("boolq", {{"perplexity", path("strided.txt")}, {"protocol", "strided"}});
        json.erase("tasks");
        write("strided.txt", QByteArray("The quick brown fox jumps over the lazy dog. ").repeated(4));
        json["seq_len"] = 64;
        json["stride"] = 20;
        const auto strided = run(json);
        QVERIFY2(strided, strided ? "" : strided.error().text().c_str());
        json["seq_len"] = 256;
        json["stride"] = 256;
        const auto whole = run(json);
        QVERIFY2(whole, whole ? "" : whole.error().text().c_str());
        QCOMPARE(whole->at("windows"), 1);
        QCOMPARE(strided->at("tokens"), whole->at("tokens"));
        QVERIFY(strided->at("windows").get<int>() > 3);
        json["stride"] = 300;
        const auto refused = run(json);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Usage);
    }

    void whatWasStoppedGoesOn()
    {
        const nlohmann::json json = job("arc_easy,piqa");
        const auto expected = run(json);
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        StoppingObserver stops;
        stops.left = 4;
        const auto stopped = runJob(makeJob(json), stops);
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Stopped);
        StoppingObserver second;
        const auto done = runJob(makeJob(json), second);
        QVERIFY2(done, done ? "" : done.error().text().c_str());
        QVERIFY2(second.said.find("12 of 30 requests were scored before") != std::string::npos,
                 second.said.c_str());
        QCOMPARE(done->at("tasks"), expected->at("tasks"));
    }

    void onlyTheFirstQuestions()
    {
        const auto done = run(job("boolq", {{"limit", 2}}));
        QVERIFY2(done, done ? "" : done.error().text().c_str());
        QCOMPARE(done->at("tasks")["boolq"]["sample_len"], 2);
        QCOMPARE(done->at("tasks_protocol")["limit"], 2);
    }

    void wrongDataIsNamed_data()
    {
        QTest::addColumn<QString>("task");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("no JSON") << "boolq" << QByteArray("{}\nnothing\n")
                                 << QByteArray("line 1: boolq: \"passage\"");
        QTest::newRow("no object") << "boolq" << QByteArray("[1]\n") << QByteArray("line 1: no JSON object");
        QTest::newRow("missing field") << "piqa" << QByteArray(R"({"goal": "a", "sol1": "b", "label": 0})")
                                       << QByteArray("line 1: piqa: \"sol2\" is missing or no string");
        QTest::newRow("label beyond")
            << "piqa" << QByteArray(R"({"goal": "a", "sol1": "b", "sol2": "c", "label": 2})")
            << QByteArray("\"label\" is 2, a number from 0 to 1 was expected");
        QTest::newRow("label as words")
            << "hellaswag"
            << QByteArray(
                   R"({"activity_label": "a", "ctx_a": "b", "ctx_b": "c", "endings": ["d"], "label": "x"})")
            << QByteArray("\"label\" is \"x\", a number from 0 to 0");
        QTest::newRow("no choices") << "arc_easy" << QByteArray(R"({"question": "a", "answerKey": "A"})")
                                    << QByteArray(
                                           "arc_easy: \"text\" is missing, empty or no list of strings");
        QTest::newRow("empty choices")
            << "arc_easy"
            << QByteArray(R"({"question": "a", "answerKey": "A", "choices": {"text": [], "label": []}})")
            << QByteArray("\"text\" is missing, empty or no list of strings");
        QTest::newRow("lone surrogate")
            << "boolq" << QByteArray(R"({"passage": "\ud800", "question": "a", "label": 0})")
            << QByteArray(
                   "line 1: no JSON object: column 20: syntax error while parsing value - invalid string: "
                   "surrogate");
        QTest::newRow("empty solution")
            << "piqa" << QByteArray(R"({"goal": "a", "sol1": "", "sol2": "c", "label": 1})")
            << QByteArray("line 1: piqa: \"sol1\" is empty, the text of a choice was expected");
        QTest::newRow("empty ending")
            << "hellaswag"
            << QByteArray(
                   R"({"activity_label": "a", "ctx_a": "b", "ctx_b": "c", "endings": ["d", ""], "label": 0})")
            << QByteArray("\"endings\": number 2 is empty");
        QTest::newRow("ending of brackets alone")
            << "hellaswag"
            << QByteArray(
                   R"({"activity_label": "a", "ctx_a": "b", "ctx_b": "c", "endings": ["[x]", "d"], "label": 0})")
            << QByteArray("number 1 is empty once what stands in brackets is left out");
        QTest::newRow("empty option")
            << "winogrande"
            << QByteArray(R"({"sentence": "a _ b", "option1": " ", "option2": "c", "answer": "1"})")
            << QByteArray("\"option1\" is empty");
        QTest::newRow("empty text of a choice")
            << "arc_easy"
            << QByteArray(
                   R"({"question": "a", "answerKey": "A", "choices": {"text": ["x", ""], "label": ["A", "B"]}})")
            << QByteArray("\"text\": number 2 is empty");
        QTest::newRow("a label twice")
            << "arc_easy"
            << QByteArray(
                   R"({"question": "a", "answerKey": "A", "choices": {"text": ["x", "y"], "label": ["A", "A"]}})")
            << QByteArray("\"label\" names \"A\" twice");
        QTest::newRow("key of no label")
            << "arc_easy"
            << QByteArray(
                   R"({"question": "a", "answerKey": "E", "choices": {"text": ["x"], "label": ["A"]}})")
            << QByteArray("\"answerKey\" is \"E\", one of the 1 labels");
        QTest::newRow("no gap") << "winogrande"
                                << QByteArray(
                                       R"({"sentence": "a", "option1": "b", "option2": "c", "answer": "1"})")
                                << QByteArray("\"sentence\" has no gap");
        QTest::newRow("empty file") << "boolq" << QByteArray("\n\n") << QByteArray("holds no question");
        QTest::newRow("too long a choice")
            << "piqa"
            << QByteArray(R"({"goal": "a", "sol1": "b", "label": 0, "sol2": ")") + QByteArray(400, 'z') +
                   "\"}"
            << QByteArray("is longer than the model's context of 256");
    }

    void wrongDataIsNamed()
    {
        QFETCH(QString, task);
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, message);
        write(qPrintable(task + ".jsonl"), content);
        const auto refused = run(job(task.toStdString(), {{"task_data", m_folder.path().toStdString()}}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::BadInput);
        QVERIFY2(refused.error().message.find(message.toStdString()) != std::string::npos,
                 refused.error().message.c_str());
        QVERIFY(refused.error().message.find((task + ".jsonl").toStdString()) != std::string::npos);
    }

    void missingDataIsNamed()
    {
        const auto refused = run(job("arc_challenge", {{"task_data", path("nowhere")}}));
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("arc_challenge.jsonl: is not there") != std::string::npos,
                 refused.error().message.c_str());
    }

    void aFileInPlaceOfTheFolderIsNamed()
    {
        write("piqa.jsonl", "{}\n");
        const auto refused = run(job("piqa", {{"task_data", path("piqa.jsonl")}}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, path("piqa.jsonl") + ": is a file, a folder was expected");
        QCOMPARE(refused.error().hint, "Name its folder: --task-data " + m_folder.path().toStdString());
    }

    void equalChoicesAndMeansAreTheHarness()
    {
        const ZeroShotTask& task = *findTask("piqa");
        const TaskDocument document{.requests = {}, .choices = {"é", "ab"}, .gold = 0};
        const std::vector<ContinuationScore> equal = {{-2, false}, {-2, false}};
        QCOMPARE(scoreDocument(task, document, equal).acc, 1.0);       // the first of equals
        QCOMPARE(*scoreDocument(task, document, equal).accNorm, 0.0);  // -2 against -1 per character
        QCOMPARE(*scoreDocument(task, document, equal).accBytes, 1.0); // two bytes each
        const std::vector<double> values = {1, 0, 0, 1};
        QCOMPARE(meanOf(values).mean, 0.5);
        QCOMPARE(*meanOf(values).standardError, std::sqrt(1.0 / 3) / 2);
        QVERIFY(!meanOf(std::vector<double>{1}).standardError);
    }

    void numbersReadAsPythonPrintsThem()
    {
        for (const auto& [value, text] :
             {std::pair(-2.0, "-2.0"), std::pair(0.1, "0.1"),
              std::pair(-104.8082275390625, "-104.8082275390625"), std::pair(1e16, "1e+16"),
              std::pair(1e15, "1000000000000000.0"), std::pair(1e-5, "1e-05"),
              std::pair(-std::nan(""), "nan"), std::pair(-HUGE_VAL, "-inf")})
            QCOMPARE(python::repr(value), text);
        QCOMPARE(python::repr(true), "True");
    }

    void meansOfTasksAreThoseOfPapers()
    {
        nlohmann::json results = {{"boolq", {{"acc,none", 0.6}}},
                                  {"piqa", {{"acc,none", 0.7}, {"acc_norm,none", 0.9}}},
                                  {"hellaswag", {{"acc,none", 0.4}, {"acc_norm,none", 0.5}}},
                                  {"winogrande", {{"acc,none", 0.5}}},
                                  {"arc_easy", {{"acc,none", 0.6}, {"acc_norm,none", 0.55}}}};
        nlohmann::json means = taskMeans(results);
        QCOMPARE(means.at("tasks"), 5);
        QCOMPARE(means.at("acc").get<double>(), 0.56);
        QCOMPARE(means.at("acc_norm").get<double>(), (0.6 + 0.9 + 0.5 + 0.5 + 0.55) / 5);
        QVERIFY(!means.contains("one_bit_papers"));
        results["arc_challenge"] = {{"acc,none", 0.3}, {"acc_norm,none", 0.35}};
        means = taskMeans(results);
        QCOMPARE(means.at("one_bit_papers").get<double>(), (0.6 + 0.7 + 0.5 + 0.5 + 0.55 + 0.35) / 6);
        QVERIFY(taskMeans({{"boolq", {{"acc,none", 0.6}}}}).is_null());
    }
};

QTEST_GUILESS_MAIN(TestTasks)
#include "test_tasks.moc"
