// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_field.h"

#include <QtTest>
#include <limits>
#include <nlohmann/json.hpp>

using namespace boolab;

/// What the database and other processes give may lack a field or hold another type there.
class TestJsonField : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatIsThere()
    {
        const nlohmann::json json{{"text", "a"}, {"number", 1.5},     {"integer", 7},
                                  {"yes", true}, {"list", {1, 2, 3}}, {"object", {{"key", 1}}}};
        QCOMPARE(textAt(json, "text"), std::string("a"));
        QCOMPARE(numberAt(json, "number"), std::optional(1.5));
        QCOMPARE(numberAt(json, "integer"), std::optional(7.0));
        QCOMPARE(integerAt(json, "integer"), std::int64_t{7});
        QVERIFY(boolAt(json, "yes"));
        QCOMPARE(listAt(json, "list").size(), std::size_t{3});
        QCOMPARE(integerAt(objectAt(json, "object"), "key"), std::int64_t{1});
    }

    void answersForWhatIsMissing_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("missing") << QByteArray("{}");
        QTest::newRow("null") << QByteArray(R"({"key": null})");
        QTest::newRow("a list of one") << QByteArray(R"({"key": [{"key": "a"}], "other": 1})");
        QTest::newRow("no object") << QByteArray(R"(["key"])");
        QTest::newRow("a text") << QByteArray(R"("key")");
        QTest::newRow("nothing") << QByteArray("null");
    }

    void answersForWhatIsMissing()
    {
        QFETCH(QByteArray, text);
        const nlohmann::json json = nlohmann::json::parse(text.toStdString());
        QCOMPARE(textAt(json, "key"), std::string());
        QCOMPARE(numberAt(json, "key"), std::optional<double>());
        QCOMPARE(integerAt(json, "key", -1), std::int64_t{-1});
        QVERIFY(boolAt(json, "key", true));
        QVERIFY(objectAt(json, "key").is_object() && objectAt(json, "key").empty());
        QVERIFY(listAt(objectAt(json, "key"), "key").empty());
    }

    void leavesNumbersThatAreNone()
    {
        QCOMPARE(numberAt({{"key", std::numeric_limits<double>::infinity()}}, "key"),
                 std::optional<double>());
        QCOMPARE(integerAt({{"key", 1.5}}, "key"), std::int64_t{0});
    }
};

QTEST_GUILESS_MAIN(TestJsonField)
#include "test_json_field.moc"
