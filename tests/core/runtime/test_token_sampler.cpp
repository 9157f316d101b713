// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/finite_logits.h"
#include "core/runtime/token_sampler.h"

#include <QtTest>
#include <cmath>
#include <limits>
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

    /// They have no order: sorted by them, anything might happen.
    void whatIsNoNumberIsNotPicked()
    {
        constexpr float kNan = std::numeric_limits<float>::quiet_NaN(),
                        kInfinite = std::numeric_limits<float>::infinity();
        std::vector<float> logits(1000, kNan);
        logits[500] = -3;
        logits[700] = 2;
        for (const SamplingConfig& config :
             {SamplingConfig{}, SamplingConfig{.temperature = 1}, SamplingConfig{.temperature = 1, .topK = 5},
              SamplingConfig{.temperature = 1, .topP = 0.9},
              SamplingConfig{.temperature = 1, .topK = 900, .topP = 0.5}})
            for (const auto& [token, count] : counts(config, logits, 50))
                QVERIFY(token == 700 || token == 500);
        logits[3] = kInfinite;
        QCOMPARE(counts({}, logits, 1).begin()->first, 3);
        QCOMPARE(counts({.temperature = 1, .topK = 40}, logits, 50).begin()->first, 3);
        const auto found = counts({.temperature = 1, .topP = 0.9}, std::vector<float>(9, kNan), 5);
        QVERIFY(found.begin()->first >= 0 && found.rbegin()->first < 9);
    }

    void logitsThatAreNoNumbersAreToldWithTheirModel()
    {
        std::vector<float> logits(9, 1.0f);
        QVERIFY(checkFinite(logits, "m"));
        logits[8] = -std::numeric_limits<float>::infinity();
        QVERIFY(!checkFinite(logits, "m"));
        logits[0] = std::numeric_limits<float>::quiet_NaN();
        const auto bad = checkFinite(logits, "folder/model");
        QVERIFY(!bad);
        QCOMPARE(bad.error().code, ErrorCode::BadInput);
        const QString text = QString::fromStdString(bad.error().text());
        QVERIFY2(text.startsWith("folder/model: the model computes NaN: 2 of 9 logits") &&
                     text.contains("Its weights hold NaN or Inf") && text.contains("inspect"),
                 qPrintable(text));
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
