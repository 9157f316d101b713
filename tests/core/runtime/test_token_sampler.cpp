// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/token_sampler.h"

#include <QtTest>
#include <cmath>
#include <map>

using namespace boolab;

namespace
{

std::map<std::int32_t, int> counts(const SamplingConfig& config, const std::vector<float>& logits, int picks)
{
    TokenSampler sampler(config);
    std::map<std::int32_t, int> found;
    for (int i = 0; i < picks; ++i)
        ++found[sampler.pick(logits)];
    return found;
}

// Shares 0.5, 0.25, 0.125, 0.125.
const std::vector<float> kLogits = {std::log(2.0f), std::log(4.0f), 0.0f, 0.0f};

} // namespace

class TestTokenSampler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void greedyTakesTheFirstOfTheLargest()
    {
        TokenSampler sampler({});
        QCOMPARE(sampler.pick(std::vector<float>{1, 3, 3, 2}), 1);
    }

    void sharesAreThoseOfTheSoftmax()
    {
        auto found = counts({.temperature = 1, .seed = 3}, kLogits, 8000);
        QVERIFY(std::abs(found[1] - 4000) < 250);
        QVERIFY(std::abs(found[0] - 2000) < 250);
        QVERIFY(std::abs(found[2] - 1000) < 200);
    }

    void cutsToTheTopAndToTheNucleus()
    {
        QCOMPARE(counts({.temperature = 1, .topK = 2}, kLogits, 500).size(), std::size_t{2});
        QCOMPARE(counts({.temperature = 1, .topP = 0.4}, kLogits, 500).size(), std::size_t{1});
        // The token that crosses the mass belongs to it.
        QCOMPARE(counts({.temperature = 1, .topP = 0.6}, kLogits, 500).size(), std::size_t{2});
    }

    void theSameSeedGivesTheSameTokens()
    {
        TokenSampler a({.temperature = 1, .seed = 9}), b({.temperature = 1, .seed = 9}),
            c({.temperature = 1, .seed = 10});
        int differ = 0;
        for (int i = 0; i < 50; ++i) {
            const auto picked = a.pick(kLogits);
            QCOMPARE(b.pick(kLogits), picked);
            differ += c.pick(kLogits) != picked;
        }
        QVERIFY(differ > 0);
    }
};

QTEST_APPLESS_MAIN(TestTokenSampler)
#include "test_token_sampler.moc"
