// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job.h"

#include <QtTest>

using namespace boolab;

class TestJob : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gettersFallBackToDefaults();
    void keepsOnlyWhatDiffersFromTheDefaults();
    void presetReplacesDefaults();
    void whatIsSetCountsOverThePreset();
    void jsonRoundTrips();
    void rejectsBrokenJobs_data();
    void rejectsBrokenJobs();
    void resolvesPathsAgainstTheFilesFolder();
    void rejectsJobFileThatIsNoJson();
    void validateNamesWhatIsMissing();
    void validateRefusesToOverwriteTheInput();
    void validateRefusesATrainingThatLearnsNothing();
    void validateRefusesPatienceWithoutMeasurements();
    void setRefusesWithoutChangingTheJob();
};

void TestJob::gettersFallBackToDefaults()
{
    Job job(JobKind::Finetune);
    QCOMPARE(job.integer("steps"), std::int64_t{200});
    QCOMPARE(job.real("learning_rate"), 5e-4);
    QCOMPARE(job.text("train"), std::string("last"));
    QVERIFY(!job.on("resume"));
    QVERIFY(!job.has("teacher"));
    QVERIFY(!job.has("no such key"));
    QCOMPARE(job.text("model"), std::string());
}

void TestJob::keepsOnlyWhatDiffersFromTheDefaults()
{
    Job job(JobKind::Convert);
    QVERIFY(job.set("kernels", 2));
    QVERIFY(job.set("rounds", 12));
    QCOMPARE(job.toJson(), (nlohmann::json{{"kind", "convert"}, {"kernels", 2}}));
    QVERIFY(job.set("kernels", 3.0));
    QVERIFY(job == Job(JobKind::Convert));
    QVERIFY(job.set("pin", "a=2"));
    QVERIFY(job.set("pin", ""));
    QVERIFY(job == Job(JobKind::Convert));
}

void TestJob::presetReplacesDefaults()
{
    Job job(JobKind::Finetune);
    QVERIFY(job.set("preset", "paper"));
    QCOMPARE(job.integer("seq_len"), std::int64_t{2048});
    QCOMPARE(job.text("bool_rule"), std::string("bold"));
    QCOMPARE(job.real("max_grad_norm"), 1.0); // the paper says nothing of it
    QCOMPARE(job.toJson(), (nlohmann::json{{"kind", "finetune"}, {"preset", "paper"}}));
    QVERIFY(job.set("preset", "standard"));
    QVERIFY(job == Job(JobKind::Finetune));
}

void TestJob::whatIsSetCountsOverThePreset()
{
    // Keys of a file come sorted, "batch_size" before "preset": their order must not matter.
    const nlohmann::json json = {
        {"kind", "finetune"}, {"batch_size", 1}, {"preset", "paper"}, {"seq_len", 512}};
    const auto job = Job::fromJson(json, "job.json");
    QVERIFY(job);
    QCOMPARE(job->integer("batch_size"), std::int64_t{1}); // the default, but not the preset's
    QCOMPARE(job->integer("seq_len"), std::int64_t{512});
    QCOMPARE(job->toJson(), json);
}

void TestJob::jsonRoundTrips()
{
    const nlohmann::json json = {{"kind", "finetune"}, {"student", "/s"}, {"teacher", "/t"},
                                 {"output", "/o"},     {"data", "self"},  {"learning_rate", 0.001},
                                 {"resume", true},     {"seed", 7}};
    const auto job = Job::fromJson(json, "job.json");
    QVERIFY(job);
    QCOMPARE(job->toJson(), json);
    QVERIFY(job->validate());
}

void TestJob::rejectsBrokenJobs_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("hint");
    QTest::newRow("list") << QByteArray("[]") << QByteArray("j.json: a job is a JSON object, found array")
                          << QByteArray();
    QTest::newRow("no kind") << QByteArray("{}") << QByteArray("key \"kind\" is missing")
                             << QByteArray("convert");
    QTest::newRow("unknown kind") << QByteArray(R"({"kind": "conver"})")
                                  << QByteArray("\"kind\" is \"conver\"")
                                  << QByteArray("Did you mean \"convert\"?");
    QTest::newRow("unknown key") << QByteArray(R"({"kind": "convert", "kernel": 3})")
                                 << QByteArray("j.json: convert knows no key \"kernel\"")
                                 << QByteArray("Did you mean \"kernels\"?");
    QTest::newRow("wrong type") << QByteArray(R"({"kind": "convert", "kernels": "3"})")
                                << QByteArray(
                                       "j.json: \"kernels\" is \"3\", expected a whole number from 1 to 8")
                                << QByteArray();
    QTest::newRow("out of range") << QByteArray(R"({"kind": "generate", "top_p": 1.5})")
                                  << QByteArray("\"top_p\" is 1.5, expected a number from 0 to 1")
                                  << QByteArray();
    QTest::newRow("huge integer") << QByteArray(R"({"kind": "finetune", "steps": 1e300})")
                                  << QByteArray("\"steps\" is 1e+300") << QByteArray();
    QTest::newRow("switch as text") << QByteArray(R"({"kind": "finetune", "resume": "yes"})")
                                    << QByteArray("expected true or false") << QByteArray();
    QTest::newRow("zero byte") << QByteArray(R"({"kind": "generate", "prompt": "a\u0000b"})")
                               << QByteArray("expected a text") << QByteArray();
}

void TestJob::rejectsBrokenJobs()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, hint);
    const auto job = Job::fromJson(nlohmann::json::parse(json.toStdString()), "j.json");
    QVERIFY(!job);
    QCOMPARE(job.error().code, ErrorCode::BadInput);
    QVERIFY2(QByteArray::fromStdString(job.error().message).contains(message), job.error().message.c_str());
    QVERIFY2(QByteArray::fromStdString(job.error().hint).contains(hint), job.error().hint.c_str());
}

void TestJob::resolvesPathsAgainstTheFilesFolder()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("job.json");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        R"({"kind": "finetune", "student": "../s", "teacher": "/abs/t", "output": "o", "data": "self"})");
    file.close();
    const auto job = Job::fromFile(path.toStdString());
    QVERIFY2(job, job ? "" : job.error().text().c_str());
    const std::filesystem::path base = folder.path().toStdString();
    QCOMPARE(job->text("student"), (base.parent_path() / "s").string());
    QCOMPARE(job->text("teacher"), std::string("/abs/t"));
    QCOMPARE(job->text("output"), (base / "o").string());
    QCOMPARE(job->text("data"), std::string("self"));
}

void TestJob::rejectsJobFileThatIsNoJson()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("job.json");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"kind\": ");
    file.close();
    const auto job = Job::fromFile(path.toStdString());
    QVERIFY(!job);
    QCOMPARE(job.error().code, ErrorCode::BadInput);
    QVERIFY(QString::fromStdString(job.error().message).startsWith(path));
    const auto missing = Job::fromFile(folder.filePath("none.json").toStdString());
    QVERIFY(!missing);
    QVERIFY(QString::fromStdString(missing.error().message).contains("none.json"));
}

void TestJob::validateNamesWhatIsMissing()
{
    Job job(JobKind::Convert);
    QVERIFY(job.set("model", "m"));
    const auto valid = job.validate();
    QVERIFY(!valid);
    QCOMPARE(valid.error().code, ErrorCode::Usage);
    QCOMPARE(valid.error().message, std::string("convert: --output is missing"));

    Job generate(JobKind::Generate);
    QVERIFY(generate.set("model", "m"));
    QVERIFY(!generate.validate());
    QVERIFY(generate.set("json_lines", true));
    QVERIFY(generate.validate());
}

void TestJob::validateRefusesToOverwriteTheInput()
{
    Job job(JobKind::Convert);
    QVERIFY(job.set("model", "a/m"));
    QVERIFY(job.set("output", "a/./b/../m"));
    QVERIFY(!job.validate());
    QVERIFY(job.set("output", "a/n"));
    QVERIFY(job.validate());
}

void TestJob::validateRefusesATrainingThatLearnsNothing()
{
    Job job(JobKind::Finetune);
    for (const char* key : {"student", "teacher", "data", "output"})
        QVERIFY(job.set(key, std::string("/") + key));
    QVERIFY(job.set("learning_rate", 0));
    QVERIFY(job.validate()); // the bits still learn
    QVERIFY(job.set("train", "scales"));
    QVERIFY(!job.validate());
    QVERIFY(job.validate().error().message.find(" --lr ") != std::string::npos);
    QVERIFY(job.set("train", "last") && job.set("bool_rule", "bold") && job.set("bool_lr", 0));
    QVERIFY(!job.validate());
}

void TestJob::validateRefusesPatienceWithoutMeasurements()
{
    Job job(JobKind::Finetune);
    for (const char* key : {"student", "teacher", "data", "output"})
        QVERIFY(job.set(key, std::string("/") + key));
    QVERIFY(job.set("patience", 3));
    QVERIFY(job.validate());
    QVERIFY(job.set("eval_every", 0));
    const Status refused = job.validate();
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find("--patience 3") != std::string::npos &&
                 refused.error().message.find("--eval-every 0") != std::string::npos,
             refused.error().message.c_str());
}

void TestJob::setRefusesWithoutChangingTheJob()
{
    Job job(JobKind::Convert);
    QVERIFY(job.set("kernels", 2));
    const Job before = job;
    QVERIFY(!job.set("kernels", 0));
    QVERIFY(!job.set("kernel", 1));
    QVERIFY(!job.set("method", 1));
    QVERIFY(job == before);
}

QTEST_GUILESS_MAIN(TestJob)
#include "test_job.moc"
