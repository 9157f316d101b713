// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/token_odds.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

using namespace boolab;

class TestTokenOdds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Against the definition, in long double.
    void isTheSoftmaxOfTheLogits()
    {
        std::mt19937 random(7);
        std::normal_distribution<float> normal(0, 6);
        std::vector<float> logits(49152);
        for (float& logit : logits)
            logit = normal(random);
        long double total = 0;
        for (const float logit : logits)
            total += std::exp(static_cast<long double>(logit));
        std::vector<std::int32_t> order(logits.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, std::ranges::greater{},
                                 [&](std::int32_t i) { return logits[static_cast<std::size_t>(i)]; });
        for (const std::size_t place : {0U, 1U, 17U, 49151U}) {
            const std::int32_t token = order[place];
            const TokenOdds odds = oddsOf(logits, token, 5);
            const auto expected = static_cast<double>(
                std::exp(static_cast<long double>(logits[static_cast<std::size_t>(token)])) / total);
            QVERIFY2(std::abs(odds.probability - expected) <= 1e-5 * expected,
                     qPrintable(QStringLiteral("%1, expected %2").arg(odds.probability).arg(expected)));
            QCOMPARE(odds.rank, static_cast<std::int64_t>(place) + 1);
            QCOMPARE(odds.likeliest.size(), std::size_t{5});
            for (std::size_t i = 0; i < 5; ++i)
                QCOMPARE(odds.likeliest[i].token, order[i]);
            QVERIFY(std::ranges::is_sorted(odds.likeliest, std::ranges::greater{}, &TokenShare::probability));
        }
    }

    void ofEqualOnesTheFirstCounts()
    {
        const std::vector<float> logits = {1, 3, 3, 3};
        QCOMPARE(oddsOf(logits, 1, 2).rank, std::int64_t{1});
        QCOMPARE(oddsOf(logits, 3, 2).rank, std::int64_t{3});
        QCOMPARE(oddsOf(logits, 3, 2).likeliest[0].token, 1);
        QCOMPARE(oddsOf(logits, 3, 2).likeliest[1].token, 2);
    }

    void largeLogitsDoNotOverflow()
    {
        const TokenOdds odds = oddsOf(std::vector<float>{1000, 1000, -1000}, 0, 9);
        QCOMPARE(odds.probability, 0.5);
        QCOMPARE(odds.likeliest.size(), std::size_t{3});
        QCOMPARE(oddsOf(std::vector<float>{0, 0}, 0, 0).likeliest.size(), std::size_t{0});
    }

    void whatIsNoNumberHasNoOdds()
    {
        constexpr float kNan = std::numeric_limits<float>::quiet_NaN(),
                        kInfinite = std::numeric_limits<float>::infinity();
        const TokenOdds odds = oddsOf(std::vector<float>{kNan, 1, kNan, 1, kNan}, 3, 4);
        QCOMPARE(odds.probability, 0.5);
        QCOMPARE(odds.rank, std::int64_t{2});
        QCOMPARE(odds.likeliest.size(), std::size_t{2});
        QCOMPARE(odds.likeliest[0].token, 1);
        QCOMPARE(oddsOf(std::vector<float>{kNan, 1}, 0, 4).probability, 0.0);
        QCOMPARE(oddsOf(std::vector<float>{1, kInfinite, -kInfinite}, 1, 4).probability, 1.0);
    }
};

QTEST_GUILESS_MAIN(TestTokenOdds)
#include "test_token_odds.moc"
