// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/downsample.h"

#include <algorithm>
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

std::vector<Sample> thinned(const std::vector<Sample>& samples, double low, double high, int buckets,
                            bool isLog = false)
{
    MinMaxPyramid pyramid;
    // In portions, as a curve grows.
    for (std::size_t size = 0; size < samples.size(); size += 997)
        pyramid.grow(std::span(samples).first(size));
    pyramid.grow(samples);
    return downsample(samples, pyramid, {low, high, isLog}, buckets);
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
        QCOMPARE(thinned(samples, 0, 99, 100), samples);
    }

    void keepsEverySpike()
    {
        auto samples = wave(100'000);
        samples[33'333].y = 50;
        samples[77'777].y = -50;
        const auto shown = thinned(samples, 0, 99'999, 500);
        QVERIFY(shown.size() <= 1002);
        QVERIFY(holds(shown, {33'333, 50}));
        QVERIFY(holds(shown, {77'777, -50}));
    }

    void staysAscendingAndReachesBothEnds()
    {
        const auto shown = thinned(wave(100'000), 0, 99'999, 300);
        for (std::size_t i = 1; i < shown.size(); ++i)
            QVERIFY(shown[i - 1].x < shown[i].x);
        QVERIFY(shown.front().x < 400);
        QVERIFY(shown.back().x > 99'600);
    }

    void aWindowTakesOneNeighbourOnEachSide()
    {
        const auto shown = thinned(wave(1000), 100.5, 104.5, 50);
        QCOMPARE(shown.front().x, 100.0);
        QCOMPARE(shown.back().x, 105.0);
        QCOMPARE(shown.size(), 6U);
    }

    void leavesOutWhatIsNotFinite()
    {
        auto samples = wave(10);
        samples[4].y = std::numeric_limits<double>::quiet_NaN();
        samples[5].y = std::numeric_limits<double>::infinity();
        QCOMPARE(thinned(samples, 0, 9, 100).size(), 8U);
        samples = wave(10'000);
        for (int i = 5000; i < 6000; ++i)
            samples[static_cast<std::size_t>(i)].y = NAN;
        for (const Sample& sample : thinned(samples, 0, 9999, 100))
            QVERIFY(std::isfinite(sample.y));
    }

    void manySamplesOfOneStepDoNotHang()
    {
        const std::vector<Sample> samples(10'000, Sample{7, 1});
        QVERIFY(!thinned(samples, 7, 7, 10).empty());
    }

    void thePyramidFindsWhatALookAtAllValuesFinds()
    {
        std::vector<Sample> samples;
        std::uint32_t seed = 1;
        for (int i = 0; i < 40'000; ++i) {
            seed = seed * 1664525u + 1013904223u;
            samples.push_back({static_cast<double>(i), seed % 97 == 0 ? NAN : seed * 1e-9});
        }
        MinMaxPyramid pyramid;
        pyramid.grow(samples);
        for (const auto& [first, last] : std::vector<std::pair<std::size_t, std::size_t>>{{0, 40'000},
                                                                                          {1, 39'999},
                                                                                          {31, 33},
                                                                                          {32, 64},
                                                                                          {1000, 1025},
                                                                                          {1023, 34'000},
                                                                                          {39'990, 40'000},
                                                                                          {5, 5}}) {
            double low = INFINITY, high = -INFINITY;
            for (std::size_t i = first; i < last; ++i) {
                if (!std::isfinite(samples[i].y)) continue;
                low = std::min(low, samples[i].y);
                high = std::max(high, samples[i].y);
            }
            const auto found = pyramid.in(samples, first, last);
            QCOMPARE(found.low >= 0, std::isfinite(low));
            if (found.low < 0) continue;
            QCOMPARE(samples[static_cast<std::size_t>(found.low)].y, low);
            QCOMPARE(samples[static_cast<std::size_t>(found.high)].y, high);
        }
    }

    void aLogAxisGivesTheFirstStepsTheirRoom()
    {
        const auto samples = wave(1'000'000);
        const auto shown = thinned(samples, 1, 999'999, 600, true);
        QVERIFY(shown.size() <= 1202);
        const auto early =
            std::ranges::count_if(shown, [](const Sample& s) { return s.x >= 1 && s.x < 100; });
        QVERIFY2(early >= 90, qPrintable(QString::number(early)));
        QVERIFY(std::ranges::none_of(shown, [](const Sample& s) { return s.x <= 0; }));
    }

    void bucketsStayInPlaceWhileTheWindowMoves()
    {
        const auto samples = wave(100'000);
        const auto before = thinned(samples, 10'000, 30'000, 200),
                   after = thinned(samples, 10'300, 30'300, 200);
        const auto kept = std::ranges::count_if(after, [&](const Sample& s) { return holds(before, s); });
        QVERIFY2(kept > std::ssize(after) * 9 / 10, qPrintable(QString::number(kept)));
    }

    void nothingGivesNothing() { QVERIFY(thinned({}, 0, 1, 10).empty()); }
};

QTEST_APPLESS_MAIN(TestDownsample)
#include "test_downsample.moc"
