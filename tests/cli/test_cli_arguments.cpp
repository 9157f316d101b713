// SPDX-License-Identifier: Apache-2.0
#include "app/cli/arguments.h"
#include "app/cli/job_arguments.h"

#include <QtTest>
#include <map>
#include <set>

using namespace boolab;
using namespace boolab::cli;

class TestCliArguments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void copiedCommandLinesRoundTrip_data();
    void copiedCommandLinesRoundTrip();
    void everyOptionRoundTrips();
    void promptsStandAlone();
    void underscoresReadAsHyphensInFlagsAlone();
    void aliasesMeanTheSame();
    void flagsCountOverTheConfigFile();
    void refusesAConfigFileOfAnotherKind();
    void suggestsTheNearestFlag();
};

namespace
{

/// Parses as boolab-cli does.
Result<Job> parse(const std::vector<std::string>& arguments)
{
    CLI::App app("test", "boolab-cli");
    app.require_subcommand(1);
    std::deque<JobArguments> kinds;
    std::vector<CLI::App*> subcommands;
    for (const JobSpec& spec : jobSpecs()) {
        subcommands.push_back(app.add_subcommand(spec.name));
        kinds.emplace_back(*subcommands.back(), spec);
    }
    if (auto parsed = parseArguments(app, arguments); !parsed) return std::unexpected(parsed.error());
    for (std::size_t i = 0; i < kinds.size(); ++i)
        if (subcommands[i]->parsed()) return kinds[i].job("/some folder");
    return fail(ErrorCode::Internal, "nothing parsed");
}

/// A text that the option's pattern takes, and not its default.
std::string anotherText(const std::string& key)
{
    static const std::map<std::string, std::string> kByPattern = {
        {"device", "cuda:1"}, {"target_size", "1.5MB"}, {"bits", "1.5,2"}, {"tensor_shape", "576x*"}};
    const auto found = kByPattern.find(key);
    return found == kByPattern.end() ? "some " + key : found->second;
}

/// A value that differs from the option's default.
nlohmann::json anotherValue(const OptionSpec& option)
{
    switch (option.type) {
    case OptionType::Integer:
        return option.defaultValue.is_null() ? 2 : option.defaultValue.get<std::int64_t>() + 1;
    case OptionType::Real: {
        const double least = option.minimum.value_or(0.0), most = option.maximum.value_or(least + 1);
        return least + 0.123456789012345 * (most - least);
    }
    case OptionType::Switch:
        return true;
    case OptionType::Choice:
        return option.choices.back() == option.defaultValue ? option.choices.front() : option.choices.back();
    case OptionType::Path:
        return "/some/" + option.key;
    case OptionType::Text: // of choices: a list
        return option.choices.empty() ? anotherText(option.key)
                                      : option.choices.front() + "," + option.choices.back();
    }
    return {};
}

} // namespace

void TestCliArguments::copiedCommandLinesRoundTrip_data()
{
    QTest::addColumn<QByteArray>("prompt");
    QTest::newRow("plain") << QByteArray("The capital of France is");
    QTest::newRow("like a flag") << QByteArray("--model x");
    QTest::newRow("a hyphen") << QByteArray("-");
    QTest::newRow("two hyphens") << QByteArray("--");
    QTest::newRow("a negative number") << QByteArray("-1");
    QTest::newRow("brackets") << QByteArray("[a, b]");
    QTest::newRow("equals") << QByteArray("a=b");
    QTest::newRow("like a flag with underscores") << QByteArray("--a_b=c_d");
    QTest::newRow("quotes and lines") << QByteArray("it's \"so\"\n\tand $so\\");
    QTest::newRow("a subcommand") << QByteArray("convert");
    QTest::newRow("unicode") << QByteArray("größe 🙂");
}

void TestCliArguments::copiedCommandLinesRoundTrip()
{
    QFETCH(QByteArray, prompt);
    Job job(JobKind::Generate);
    QVERIFY(job.set("model", "/m/convert"));
    QVERIFY(job.set("prompt", prompt.toStdString()));
    const auto parsed = parse(job.toArguments());
    QVERIFY2(parsed, parsed ? "" : parsed.error().text().c_str());
    QCOMPARE(parsed->toJson(), job.toJson());
}

void TestCliArguments::everyOptionRoundTrips()
{
    // They exclude bits, prompt and what is told of a whole model.
    const std::set<std::string> alone = {"target_size", "prompts", "layer"};
    for (const JobSpec& spec : jobSpecs()) {
        Job job(spec.kind);
        for (const auto* options : {&spec.options, &commonOptions()})
            for (const OptionSpec& option : *options)
                if (!alone.contains(option.key))
                    QVERIFY2(job.set(option.key, anotherValue(option)), option.key.c_str());
        const auto parsed = parse(job.toArguments());
        QVERIFY2(parsed, parsed ? "" : parsed.error().text().c_str());
        QCOMPARE(parsed->toJson(), job.toJson());
    }
}

void TestCliArguments::promptsStandAlone()
{
    QVERIFY(parse({"generate", "m", "--prompts", "f"}));
    QVERIFY(!parse({"generate", "m", "--prompts", "f", "-p", "x"}));
    QVERIFY(!parse({"generate", "m", "--prompts", "f", "--json-lines"}));
}

void TestCliArguments::underscoresReadAsHyphensInFlagsAlone()
{
    const std::vector<std::string> given = {"--seq_len=1", "a_b", "--prompt=x_y", "-a_b", "--", "--c_d"};
    const std::vector<std::string> expected = {"--seq-len=1", "a_b", "--prompt=x_y", "-a_b", "--", "--c_d"};
    QCOMPARE(withHyphens(given), expected);
}

void TestCliArguments::aliasesMeanTheSame()
{
    const auto job = parse({"evaluate", "--model", "/m", "--perplexity", "/t", "--ctx_size", "128"});
    const auto same = parse({"evaluate", "/m", "--perplexity", "/t", "-c", "64", "--seq-len", "128"});
    QVERIFY2(job, job ? "" : job.error().text().c_str());
    QVERIFY2(same, same ? "" : same.error().text().c_str());
    QCOMPARE(job->integer("seq_len"), std::int64_t{128});
    QCOMPARE(job->toJson(), same->toJson());
}

void TestCliArguments::flagsCountOverTheConfigFile()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("job.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"kind": "convert", "model": "m", "output": "o", "kernels": 2, "rounds": 5})");
    file.close();
    const auto job =
        parse({"convert", "--config", file.fileName().toStdString(), "--kernels", "4", "-o", "out"});
    QVERIFY2(job, job ? "" : job.error().text().c_str());
    QCOMPARE(job->integer("kernels"), std::int64_t{4});
    QCOMPARE(job->integer("rounds"), std::int64_t{5});
    QCOMPARE(QString::fromStdString(job->text("model")), folder.filePath("m"));
    QCOMPARE(job->text("output"), std::string("/some folder/out"));
}

void TestCliArguments::refusesAConfigFileOfAnotherKind()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("job.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"kind": "inspect", "model": "m"})");
    file.close();
    const auto job = parse({"convert", "--config", file.fileName().toStdString()});
    QVERIFY(!job);
    QVERIFY(QString::fromStdString(job.error().message).contains("\"inspect\", expected \"convert\""));
}

void TestCliArguments::suggestsTheNearestFlag()
{
    const auto flag = parse({"convert", "m", "-o", "o", "--kernls", "3"});
    QVERIFY(!flag);
    QCOMPARE(flag.error().code, ErrorCode::Usage);
    QCOMPARE(QString::fromStdString(flag.error().message), QString("convert: unknown flag --kernls"));
    QVERIFY2(QString::fromStdString(flag.error().hint).contains("Did you mean --kernels?"),
             flag.error().hint.c_str());

    const auto early = parse({"--kernels", "3", "convert", "m", "-o", "o"});
    QVERIFY(!early);
    QCOMPARE(QString::fromStdString(early.error().text()),
             QString("convert: --kernels stands before the command\n"
                     "Write it behind it: boolab-cli convert ... --kernels."));

    const auto subcommand = parse({"convrt", "m"});
    QVERIFY(!subcommand);
    QVERIFY2(QString::fromStdString(subcommand.error().hint).contains("Did you mean convert?"),
             subcommand.error().text().c_str());

    const auto extra = parse({"inspect", "a", "b"});
    QVERIFY(!extra);
    QVERIFY2(QString::fromStdString(extra.error().message).contains("unexpected argument b"),
             extra.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestCliArguments)
#include "test_cli_arguments.moc"
