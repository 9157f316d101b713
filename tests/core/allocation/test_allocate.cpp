// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/allocate.h"

#include <QElapsedTimer>
#include <QtTest>
#include <functional>
#include <random>

using namespace boolab;

namespace
{

/// Layers whose loss falls about fourfold per kernel, with some noise.
std::vector<AllocationItem> randomItems(int count, std::int64_t most, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0.1, 1.0);
    std::vector<AllocationItem> items;
    for (int i = 0; i < count; ++i) {
        AllocationItem item{.cost = uniform(random), .loss = {}, .minimum = 1, .maximum = most};
        double loss = uniform(random);
        for (std::int64_t k = 0; k < most; ++k)
            item.loss.push_back(loss *= 0.2 + 0.2 * uniform(random));
        items.push_back(std::move(item));
    }
    return items;
}

double totalLoss(const std::vector<AllocationItem>& items, const std::vector<std::int64_t>& counts)
{
    double sum = 0;
    for (std::size_t i = 0; i < items.size(); ++i)
        sum += items[i].loss[static_cast<std::size_t>(counts[i] - 1)];
    return sum;
}

double totalCost(const std::vector<AllocationItem>& items, const std::vector<std::int64_t>& counts)
{
    double sum = 0;
    for (std::size_t i = 0; i < items.size(); ++i)
        sum += items[i].cost * static_cast<double>(counts[i]);
    return sum;
}

double bestByTrying(const std::vector<AllocationItem>& items, double budget)
{
    std::vector<std::int64_t> counts(items.size(), 1);
    double best = 1e300;
    const std::function<void(std::size_t)> tryFrom = [&](std::size_t i) {
        if (i == items.size()) {
            if (totalCost(items, counts) <= budget + 1e-9) best = std::min(best, totalLoss(items, counts));
            return;
        }
        for (counts[i] = 1; counts[i] <= items[i].maximum; ++counts[i])
            tryFrom(i + 1);
        counts[i] = 1;
    };
    tryFrom(0);
    return best;
}

} // namespace

class TestAllocate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void staysWithinTheBudgetAndNearTheBest()
    {
        for (unsigned seed = 0; seed < 20; ++seed) {
            const auto items = randomItems(6, 4, seed);
            const double least = totalCost(items, std::vector<std::int64_t>(6, 1));
            for (const double factor : {1.0, 1.3, 2.0, 3.1, 4.0}) {
                const auto counts = allocateKernels(items, least * factor);
                QVERIFY(counts);
                QVERIFY(totalCost(items, *counts) <= least * factor * (1 + 1e-9));
                const double best = bestByTrying(items, least * factor);
                QVERIFY2(totalLoss(items, *counts) <= best * 1.6 + 1e-12,
                         qPrintable(QString("%1 against %2").arg(totalLoss(items, *counts)).arg(best)));
            }
        }
    }

    void takesAStepThatPaysOnlyLater()
    {
        // The second kernel alone gains nothing, the third much: the hull sees it.
        const std::vector<AllocationItem> items = {{1, {1.0, 1.0, 0.0}, 1, 3}, {1, {0.5, 0.4, 0.35}, 1, 3}};
        const auto counts = allocateKernels(items, 4);
        QVERIFY(counts);
        QCOMPARE(*counts, (std::vector<std::int64_t>{3, 1}));
    }

    void pinnedItemsKeepTheirCount()
    {
        auto items = randomItems(5, 4, 3);
        items[2].minimum = items[2].maximum = 3;
        const auto counts = allocateKernels(items, 100);
        QVERIFY(counts);
        QCOMPARE((*counts)[2], std::int64_t{3});
        QCOMPARE((*counts)[0], std::int64_t{4});
    }

    void anImpossibleBudgetIsRefused() { QVERIFY(!allocateKernels(randomItems(5, 4, 1), 0.01)); }

    void fiveHundredLayersTakeLessThanTheBlinkOfASlider()
    {
        const auto items = randomItems(500, 8, 9);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(allocateKernels(items, 1000));
        QVERIFY2(timer.elapsed() < 50, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_GUILESS_MAIN(TestAllocate)
#include "test_allocate.moc"
