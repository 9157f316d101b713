// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job_spec.h"
#include "core/jobs/nearest_word.h"

#include <QtTest>
#include <set>

using namespace boolab;

class TestJobSpec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysAndFlagsAreUniqueWithinAKind();
    void defaultsSatisfyTheirOwnChecks();
    void presetsSatisfyTheOptionsChecks();
    void everyOptionIsExplained();
    void acceptsTextsOfForms_data();
    void acceptsTextsOfForms();
    void rejectsTextsOfForms_data();
    void rejectsTextsOfForms();
    void suggestsTheNearestWord();
};

namespace
{

std::vector<OptionSpec> allOptions(const JobSpec& spec)
{
    std::vector<OptionSpec> options = spec.options;
    options.insert(options.end(), commonOptions().begin(), commonOptions().end());
    return options;
}

const OptionSpec& option(const char* kind, const char* key)
{
    return *findJobSpec(kind)->find(key);
}

} // namespace

void TestJobSpec::keysAndFlagsAreUniqueWithinAKind()
{
    QCOMPARE(jobSpecs().size(), std::size_t{7});
    for (const JobSpec& spec : jobSpecs()) {
        std::set<std::string> keys = {"kind"},
                              flags = {"--json", "--quiet", "--config", "--dry-run", "--help"};
        for (const OptionSpec& option : allOptions(spec)) {
            QVERIFY2(keys.insert(option.key).second, option.key.c_str());
            std::vector<std::string> names = option.aliases;
            names.push_back(option.flag);
            names.push_back(option.shortFlag);
            for (const std::string& name : names)
                if (!name.empty()) QVERIFY2(flags.insert(name).second, name.c_str());
        }
    }
}

void TestJobSpec::defaultsSatisfyTheirOwnChecks()
{
    for (const JobSpec& spec : jobSpecs())
        for (const OptionSpec& option : allOptions(spec)) {
            if (option.defaultValue.is_null()) continue;
            const auto checked = checkValue(option, option.defaultValue);
            QVERIFY2(checked && *checked == option.defaultValue, option.key.c_str());
        }
}

void TestJobSpec::presetsSatisfyTheOptionsChecks()
{
    for (const JobSpec& spec : jobSpecs()) {
        if (spec.presets.empty()) continue;
        QCOMPARE(spec.options.front().key, std::string("preset"));
        QCOMPARE(spec.options.front().choices.size(), spec.presets.size());
        for (std::size_t i = 0; i < spec.presets.size(); ++i) {
            QCOMPARE(spec.presets[i].name, spec.options.front().choices[i]);
            for (const auto& [key, value] : spec.presets[i].values.items()) {
                const OptionSpec* option = spec.find(key);
                QVERIFY2(option != nullptr, key.c_str());
                const auto checked = checkValue(*option, value);
                QVERIFY2(checked && *checked == value, key.c_str());
            }
        }
    }
}

void TestJobSpec::everyOptionIsExplained()
{
    for (const JobSpec& spec : jobSpecs()) {
        QVERIFY(!spec.summary.empty() && !spec.title.empty());
        for (const OptionSpec& option : allOptions(spec))
            QVERIFY2(!option.label.empty() && !option.help.empty() && !option.group.empty(),
                     option.key.c_str());
    }
}

void TestJobSpec::acceptsTextsOfForms_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("integer") << QByteArray("finetune") << QByteArray("steps") << QByteArray("48")
                             << QByteArray("48");
    QTest::newRow("whole real") << QByteArray("finetune") << QByteArray("steps") << QByteArray("1e3")
                                << QByteArray("1000");
    QTest::newRow("real") << QByteArray("finetune") << QByteArray("learning_rate") << QByteArray("5e-4")
                          << QByteArray("0.0005");
    QTest::newRow("real from integer")
        << QByteArray("generate") << QByteArray("temperature") << QByteArray("1") << QByteArray("1.0");
    QTest::newRow("largest seed") << QByteArray("convert") << QByteArray("seed")
                                  << QByteArray("9007199254740991") << QByteArray("9007199254740991");
    QTest::newRow("device") << QByteArray("convert") << QByteArray("device") << QByteArray("cuda:1")
                            << QByteArray("\"cuda:1\"");
}

void TestJobSpec::acceptsTextsOfForms()
{
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, json);
    const auto value = parseValue(option(kind, key), text.toStdString());
    QVERIFY2(value, value ? "" : value.error().text().c_str());
    QCOMPARE(QByteArray::fromStdString(value->dump()), json);
}

void TestJobSpec::rejectsTextsOfForms_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("too many kernels") << QByteArray("convert") << QByteArray("kernels") << QByteArray("9")
                                      << QByteArray("is 9, expected a whole number from 1 to 8");
    QTest::newRow("half a kernel") << QByteArray("convert") << QByteArray("kernels") << QByteArray("2.5")
                                   << QByteArray("is 2.5, expected a whole number from 1 to 8");
    QTest::newRow("trailing letters") << QByteArray("finetune") << QByteArray("steps") << QByteArray("10x")
                                      << QByteArray("is \"10x\", expected");
    QTest::newRow("nan") << QByteArray("finetune") << QByteArray("learning_rate") << QByteArray("nan")
                         << QByteArray("is not a number, expected a number from 0 to 0.1");
    QTest::newRow("infinity") << QByteArray("finetune") << QByteArray("bool_threshold") << QByteArray("inf")
                              << QByteArray("is infinite, expected a number");
    QTest::newRow("unknown choice") << QByteArray("convert") << QByteArray("method") << QByteArray("refind")
                                    << QByteArray("expected one of svid, refined");
    QTest::newRow("device") << QByteArray("convert") << QByteArray("device") << QByteArray("gpu")
                            << QByteArray("is \"gpu\"");
}

void TestJobSpec::rejectsTextsOfForms()
{
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    const auto value = parseValue(option(kind, key), text.toStdString());
    QVERIFY(!value);
    QCOMPARE(value.error().code, ErrorCode::Usage);
    QVERIFY2(QByteArray::fromStdString(value.error().message).contains(message),
             value.error().message.c_str());
}

void TestJobSpec::suggestsTheNearestWord()
{
    const std::vector<std::string> words = {"kernels", "method", "rounds", "output"};
    QCOMPARE(nearestWord("kernel", words), std::string("kernels"));
    QCOMPARE(nearestWord("metohd", words), std::string("method"));
    QCOMPARE(nearestWord("out", words), std::string("output"));
    QCOMPARE(nearestWord("zebra", words), std::string());
    QCOMPARE(nearestWord("", words), std::string());
}

QTEST_GUILESS_MAIN(TestJobSpec)
#include "test_job_spec.moc"
