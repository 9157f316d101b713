// SPDX-License-Identifier: Apache-2.0
#include "core/generate/first_difference.h"

#include <QtTest>

using namespace boolab;

class TestFirstDifference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isWhereTheTextsPart_data()
    {
        QTest::addColumn<QByteArray>("a");
        QTest::addColumn<bool>("aEnded");
        QTest::addColumn<QByteArray>("b");
        QTest::addColumn<bool>("bEnded");
        QTest::addColumn<int>("expected"); // -1: none
        QTest::newRow("nothing yet") << QByteArray() << false << QByteArray("a") << false << -1;
        QTest::newRow("the first letter") << QByteArray("a") << false << QByteArray("b") << false << 0;
        QTest::newRow("within") << QByteArray("a cat") << false << QByteArray("a cow") << true << 3;
        QTest::newRow("the same, so far") << QByteArray("a") << false << QByteArray("a") << false << -1;
        QTest::newRow("the same, ended") << QByteArray("a") << true << QByteArray("a") << true << -1;
        QTest::newRow("the same, one ended") << QByteArray("a") << true << QByteArray("a") << false << -1;
        QTest::newRow("a start that goes on") << QByteArray("a") << false << QByteArray("abc") << true << -1;
        QTest::newRow("a start that ended") << QByteArray("a") << true << QByteArray("abc") << false << 1;
        QTest::newRow("an empty one that ended") << QByteArray() << true << QByteArray("abc") << false << 0;
        // ä and ö share their first byte: the difference is the whole letter.
        QTest::newRow("within a letter") << QByteArray("gä") << false << QByteArray("gö") << false << 1;
        QTest::newRow("within a letter of three bytes")
            << QByteArray("x€y") << false << QByteArray("x₭y") << false << 1;
    }

    void isWhereTheTextsPart()
    {
        QFETCH(QByteArray, a);
        QFETCH(bool, aEnded);
        QFETCH(QByteArray, b);
        QFETCH(bool, bEnded);
        QFETCH(int, expected);
        const AnswerText one{.text = {a.data(), static_cast<std::size_t>(a.size())}, .ended = aEnded};
        const AnswerText other{.text = {b.data(), static_cast<std::size_t>(b.size())}, .ended = bEnded};
        for (const auto& found : {firstDifference(one, other), firstDifference(other, one)})
            QCOMPARE(found ? static_cast<int>(*found) : -1, expected);
    }
};

QTEST_GUILESS_MAIN(TestFirstDifference)
#include "test_first_difference.moc"
