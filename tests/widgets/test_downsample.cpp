// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/downsample.h"

#include <cmath>
#include <limits>

#include <QTest>

using namespace boolab::ui;

namespace
{

std::vector<Sample> wave(int count)
{
    std::vector<Sample> samples;
    for (int i = 0; i < count; ++i)
        samples.push_back({static_cast<double>(i), std::sin(i * 0.01)});
    return samples;
}

bool holds(const std::vector<Sample>& samples, const Sample& wanted)
{
    return std::find(samples.begin(), samples.end(), wanted) != samples.end();
}

} // namespace

class TestDownsample : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fewSamplesStayAsTheyAre()
    {
        const auto samples = wave(100);
        QCOMPARE(downsample(samples, 0, 99, 100), samples);
    }

    void keepsEverySpike()
    {
        auto samples = wave(100'000);
        samples[33'333].y = 50;
        samples[77'777].y = -50;
        const auto thinned = downsample(samples, 0, 99'999, 500);
        QVERIFY(thinned.size() <= 1002);
        QVERIFY(holds(thinned, {33'333, 50}));
        QVERIFY(holds(thinned, {77'777, -50}));
    }

    void staysAscendingAndReachesBothEnds()
    {
        const auto thinned = downsample(wave(100'000), 0, 99'999, 300);
        for (std::size_t i = 1; i < thinned.size(); ++i)
            QVERIFY(thinned[i - 1].x < thinned[i].x);
        QVERIFY(thinned.front().x < 400);
        QVERIFY(thinned.back().x > 99'600);
    }

    void aWindowTakesOneNeighbourOnEachSide()
    {
        const auto thinned = downsample(wave(1000), 100.5, 104.5, 50);
        QCOMPARE(thinned.front().x, 100.0);
        QCOMPARE(thinned.back().x, 105.0);
        QCOMPARE(thinned.size(), 6U);
    }

    void leavesOutWhatIsNotFinite()
    {
        auto samples = wave(10);
        samples[4].y = std::numeric_limits<double>::quiet_NaN();
        samples[5].y = std::numeric_limits<double>::infinity();
        QCOMPARE(downsample(samples, 0, 9, 100).size(), 8U);
        samples = wave(10'000);
        for (int i = 5000; i < 6000; ++i)
            samples[static_cast<std::size_t>(i)].y = NAN;
        for (const Sample& sample : downsample(samples, 0, 9999, 100))
            QVERIFY(std::isfinite(sample.y));
    }

    void manySamplesOfOneStepDoNotHang()
    {
        const std::vector<Sample> samples(10'000, Sample{7, 1});
        QVERIFY(!downsample(samples, 7, 7, 10).empty());
    }

    void nothingGivesNothing() { QVERIFY(downsample({}, 0, 1, 10).empty()); }
};

QTEST_APPLESS_MAIN(TestDownsample)
#include "test_downsample.moc"
