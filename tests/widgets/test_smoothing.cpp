// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/plot_series.h"

#include <cmath>

#include <QTest>

using namespace boolab::ui;

class TestSmoothing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aConstantStaysItselfFromTheFirstValue()
    {
        ExponentialAverage average(0.9);
        for (int i = 0; i < 20; ++i)
            QVERIFY(std::abs(average.next(3.5) - 3.5) < 1e-12);
    }

    void matchesTheFormula()
    {
        ExponentialAverage average(0.5);
        QCOMPARE(average.next(2), 2.0);
        QVERIFY(std::abs(average.next(4) - (0.5 * 1.0 + 0.5 * 4) / 0.75) < 1e-12);
    }

    void aNanLeavesNoTrace()
    {
        ExponentialAverage with(0.8), without(0.8);
        with.next(1), without.next(1);
        QVERIFY(std::isnan(with.next(NAN)));
        QCOMPARE(with.next(2), without.next(2));
    }

    void appendingInPortionsEqualsAppendingAtOnce()
    {
        std::vector<Sample> samples;
        for (int i = 0; i < 500; ++i)
            samples.push_back({static_cast<double>(i), std::cos(i * 0.3) + i * 0.01});
        PlotSeries whole, parts;
        whole.setSmoothing(0.7), parts.setSmoothing(0.7);
        whole.append(samples);
        for (std::size_t i = 0; i < samples.size(); i += 7)
            parts.append(std::span(samples).subspan(i, std::min<std::size_t>(7, samples.size() - i)));
        QCOMPARE(parts.raw(), whole.raw());
        QCOMPARE(parts.smooth(), whole.smooth());
    }

    void switchingOffKeepsTheRawCurve()
    {
        PlotSeries series;
        series.append(std::vector<Sample>{{0, 1}, {1, 2}});
        series.setSmoothing(0.5);
        QCOMPARE(series.smooth().size(), 2U);
        series.setSmoothing(0);
        QVERIFY(series.smooth().empty());
        QCOMPARE(series.raw().size(), 2U);
    }

    void lateSamplesAreSortedIn()
    {
        PlotSeries series;
        series.append(std::vector<Sample>{{0, 1}, {5, 2}});
        series.append(std::vector<Sample>{{3, 9}});
        QCOMPARE(series.raw()[1], (Sample{3, 9}));
    }

    void findsTheNearestSample()
    {
        PlotSeries series;
        QCOMPARE(series.nearest(1), -1);
        series.append(std::vector<Sample>{{0, 1}, {10, 2}, {20, 3}});
        QCOMPARE(series.nearest(-5), 0);
        QCOMPARE(series.nearest(4), 0);
        QCOMPARE(series.nearest(6), 1);
        QCOMPARE(series.nearest(99), 2);
    }
};

QTEST_APPLESS_MAIN(TestSmoothing)
#include "test_smoothing.moc"
