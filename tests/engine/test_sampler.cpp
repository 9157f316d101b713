// SPDX-License-Identifier: Apache-2.0
#include "core/generate/sampler.h"

#include <QtTest>
#include <array>
#include <torch/all.h>

using boolab::Sampler;

class TestSampler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void greedyTakesTheLargest()
    {
        QCOMPARE(Sampler({}).pick(torch::tensor({0.1f, 3.0f, 2.0f})), std::int64_t{1});
    }

    void frequenciesFollowTheSoftmax()
    {
        Sampler sampler({.temperature = 1.0, .seed = 4});
        const at::Tensor logits = torch::log(torch::tensor({0.2f, 0.5f, 0.3f}));
        std::array<int, 3> counts = {};
        for (int i = 0; i < 5000; ++i)
            ++counts[static_cast<std::size_t>(sampler.pick(logits))];
        // Five standard deviations of a binomial of 5000 draws are below 0.036.
        QVERIFY(std::abs(counts[0] / 5000.0 - 0.2) < 0.036);
        QVERIFY(std::abs(counts[1] / 5000.0 - 0.5) < 0.036);
    }

    void topKAndTopPCutTheTail()
    {
        const at::Tensor logits = torch::log(torch::tensor({0.1f, 0.45f, 0.05f, 0.4f}));
        Sampler topK({.temperature = 1.0, .topK = 2, .seed = 1}),
            topP({.temperature = 1.0, .topP = 0.8, .seed = 1});
        for (int i = 0; i < 300; ++i) {
            QVERIFY(topK.pick(logits) % 2 == 1);
            QVERIFY(topP.pick(logits) % 2 == 1);
        }
    }

    void sameSeedSameTokens()
    {
        const at::Tensor logits = torch::randn({1000});
        Sampler a({.temperature = 1.0, .seed = 7}), b({.temperature = 1.0, .seed = 7}),
            c({.temperature = 1.0, .seed = 8});
        bool differs = false;
        for (int i = 0; i < 20; ++i) {
            const auto first = a.pick(logits);
            QCOMPARE(b.pick(logits), first);
            differs |= c.pick(logits) != first;
        }
        QVERIFY(differs);
    }
};

QTEST_GUILESS_MAIN(TestSampler)
#include "test_sampler.moc"
