// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/text_format.h"

#include <QtTest>

using namespace boolab;

class TestTextFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesNeverShowFourDigits();
    void countsAreGrouped();
    void durationsReadAsClocks();
    void tableAlignsByCodePoints();
};

void TestTextFormat::bytesNeverShowFourDigits()
{
    QCOMPARE(formatBytes(0), std::string("0 B"));
    QCOMPARE(formatBytes(999), std::string("999 B"));
    QCOMPARE(formatBytes(999949), std::string("999.9 kB"));
    QCOMPARE(formatBytes(999999), std::string("1.0 MB"));
    QCOMPARE(formatBytes(97800000), std::string("97.8 MB"));
    QCOMPARE(formatShortCount(134515008), std::string("134.5 M"));
}

void TestTextFormat::countsAreGrouped()
{
    QCOMPARE(formatCount(0), std::string("0"));
    QCOMPARE(formatCount(999), std::string("999"));
    QCOMPARE(formatCount(134515008), std::string("134,515,008"));
    QCOMPARE(formatCount(-1234), std::string("-1,234"));
    QCOMPARE(formatCount(-123), std::string("-123"));
}

void TestTextFormat::durationsReadAsClocks()
{
    QCOMPARE(formatDuration(0.44), std::string("0.4 s"));
    QCOMPARE(formatDuration(9.97), std::string("10 s"));
    QCOMPARE(formatDuration(59.7), std::string("1:00"));
    QCOMPARE(formatDuration(185), std::string("3:05"));
    QCOMPARE(formatDuration(3723), std::string("1:02:03"));
    QCOMPARE(formatDuration(-1), std::string("-"));
}

void TestTextFormat::tableAlignsByCodePoints()
{
    QCOMPARE(textTable({{"name", "bits"}, {"größe", "3"}, {"x", "12.5"}}),
             std::string("name   bits\n-----  ----\ngröße     3\nx      12.5\n"));
    QCOMPARE(textTable({}), std::string());
}

QTEST_GUILESS_MAIN(TestTextFormat)
#include "test_text_format.moc"
