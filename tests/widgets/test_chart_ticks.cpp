// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_ticks.h"

#include <cmath>

#include <QTest>

using namespace boolab::ui;

namespace
{

QString labels(const std::vector<ChartTick>& ticks)
{
    QStringList texts;
    for (const ChartTick& tick : ticks)
        texts << tick.label;
    return texts.join(QLatin1Char(' '));
}

} // namespace

class TestChartTicks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linearPlacesAreRound_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QString>("expected");
        QTest::newRow("unit") << 0.0 << 1.0 << 5 << "0 0.2 0.4 0.6 0.8 1.0";
        QTest::newRow("steps") << 0.0 << 200.0 << 4 << "0 50 100 150 200";
        QTest::newRow("small") << 0.0 << 0.002 << 4 << "0 0.0005 0.0010 0.0015 0.0020";
        QTest::newRow("across zero") << -1.0 << 1.0 << 4 << "-1.0 -0.5 0 0.5 1.0";
        QTest::newRow("empty range") << 1.0 << 1.0 << 4 << "";
        QTest::newRow("nan") << 0.0 << double(NAN) << 4 << "";
    }

    void linearPlacesAreRound()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        QFETCH(int, limit);
        QFETCH(QString, expected);
        QCOMPARE(labels(linearTicks(low, high, limit)), expected);
    }

    void anAxisOfValuesHasTwoLabelsAtLeast()
    {
        QCOMPARE(labels(linearTicks(5.1, 14.8, 3)), "10");
        QCOMPARE(labels(atLeastTwoTicks(5.1, 14.8, 3)), "6 8 10 12 14");
        QCOMPARE(labels(atLeastTwoTicks(0, 1, 5)), labels(linearTicks(0, 1, 5)));
    }

    void aLogAxisWithinOneDecadeStillHasLabels()
    {
        QCOMPARE(labels(logTicks(std::log10(1.5), std::log10(9), 5)), "2 5");
        QVERIFY(logTicks(std::log10(2), std::log10(2.6), 5).size() >= 3);
    }

    void aLogAxisOverManyDecadesShowsPowers()
    {
        QCOMPARE(labels(logTicks(-4, 0, 5)), "0.0001 0.001 0.01 0.1 1");
    }

    void valuesReadWell()
    {
        QCOMPARE(valueText(2.34567), "2.346");
        QCOMPARE(valueText(12345), "12345");
        QCOMPARE(valueText(123456.7), "123457");
        QCOMPARE(valueText(NAN), "NaN");
    }
};

QTEST_APPLESS_MAIN(TestChartTicks)
#include "test_chart_ticks.moc"
