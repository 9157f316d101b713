// SPDX-License-Identifier: Apache-2.0
// Chat templates against transformers (tests/golden/make_chat_golden.py).
#include "core/tokenizer/chat_template.h"

#include "core/base/mapped_file.h"
#include "core/tokenizer/tokenizer.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace boolab;
using nlohmann::json;

namespace
{

const json& golden()
{
    static const json data =
        json::parse(readTextFile(std::filesystem::path(BOOLAB_TEST_DATA) / "chat.json").value_or("{}"));
    return data;
}

Result<std::string> render(const std::string& text, const json& turns, bool prompt)
{
    std::vector<ChatMessage> messages;
    for (const auto& turn : turns)
        messages.push_back({turn[0].get<std::string>(), turn[1].get<std::string>()});
    return renderChatTemplate(text, messages, prompt,
                              golden()["tokens"].get<std::map<std::string, std::string>>());
}

} // namespace

class TestChatTemplate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rendersAsTransformers_data()
    {
        QTest::addColumn<int>("index");
        QVERIFY(golden().contains("cases"));
        for (std::size_t i = 0; i < golden()["cases"].size(); ++i)
            QTest::newRow(golden()["cases"][i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
    }

    void rendersAsTransformers()
    {
        QFETCH(int, index);
        const auto& example = golden()["cases"][static_cast<std::size_t>(index)];
        const auto text = example["template"].get<std::string>();
        for (std::size_t i = 0; i < example["outputs"].size(); ++i)
            for (std::size_t k = 0; k < example["outputs"][i].size(); ++k) {
                const auto& expected = example["outputs"][i][k];
                const auto result = render(text, golden()["turns"][i], k == 0);
                QVERIFY2(result.has_value() == !expected.is_null(),
                         result ? result->c_str() : result.error().text().c_str());
                if (result)
                    QCOMPARE(QString::fromStdString(*result),
                             QString::fromStdString(expected.get<std::string>()));
            }
    }

    void endsTemplatesThatWouldNot_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("macro that calls itself") << "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
        QTest::newRow("nested loops")
            << "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
        QTest::newRow("huge text") << "{{ 'x' * 9999999999 }}";
        QTest::newRow("growing text") << "{% set ns = namespace(t='x') %}{% for i in range(99) %}{% set ns.t "
                                         "= ns.t + ns.t %}{% endfor %}{{ ns.t }}";
        QTest::newRow("namespace in itself") << "{% set ns = namespace() %}{% set ns.me = [ns] %}{{ ns }}";
        QTest::newRow("list in a list in a list") << "{% set ns = namespace(x=[]) %}{% for i in range(99999) "
                                                     "%}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}";
        QTest::newRow("deep parentheses")
            << "{{ " + QString("(").repeated(100000) + "1" + QString(")").repeated(100000) + " }}";
        QTest::newRow("deep ifs") << QString("{% if 1 %}").repeated(100000) +
                                         QString("{% endif %}").repeated(100000);
    }

    void endsTemplatesThatWouldNot()
    {
        QFETCH(QString, text);
        const auto result = render(text.toStdString(), json::array(), false);
        QVERIFY(!result.has_value());
        QVERIFY(!result.error().hint.empty());
    }

    void namesWhatItDoesNotKnow_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("filter") << "{{ 1 | frobnicate }}"
                                << "frobnicate";
        QTest::newRow("test") << "{{ 1 is wobbly }}"
                              << "wobbly";
        QTest::newRow("tag") << "\n{% include 'x' %}"
                             << "line 2";
        QTest::newRow("own message") << "{{ raise_exception('roles must alternate') }}"
                                     << "roles must alternate";
    }

    void namesWhatItDoesNotKnow()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto result = render(text.toStdString(), json::array(), false);
        QVERIFY(!result.has_value());
        QVERIFY2(result.error().message.find(expected.toStdString()) != std::string::npos,
                 result.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestChatTemplate)
#include "test_chat_template.moc"
