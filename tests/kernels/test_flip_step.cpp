// SPDX-License-Identifier: Apache-2.0
#include <QtTest>
#include <bit>
#include <cmath>
#include <limits>

#include "kernels/bfloat16.h"
#include "kernels/flip_step.h"
#include "kernels/reference.h"
#include "tests/kernels/golden_vectors.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

namespace
{

/// A layer in training: its kernel 0 … K-1, and the optimizer state of one of them.
struct Training {
    explicit Training(const OwnedLayer& start)
        : layer(start), momentum(std::size_t(start.M * start.N)), rowMoment(std::size_t(start.M)),
          columnMoment(std::size_t(start.N))
    {
    }

    FlipState state() { return {momentum.data(), rowMoment.data(), columnMoment.data()}; }

    std::int64_t step(std::int64_t k, const std::vector<float>& G, const FlipConfig& config, int threads)
    {
        return flip_step(layer.view(), k, G.data(), config, state(), threads);
    }

    bool operator==(const Training&) const = default;

    OwnedLayer layer;
    std::vector<std::uint16_t> momentum;
    std::vector<float> rowMoment, columnMoment;
};

FlipConfig eagerConfig(std::int64_t step)
{
    return {.beta = 0.9f,
            .threshold = 1.5f,
            .clip = step % 2 == 0 ? 1.25f : 0.0f,
            .cap = 0.02,
            .step = step,
            .seed = 99};
}

} // namespace

class TestFlipStep : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tenStepsReplayPyTorchExactly_data() { addBackendRows(); }
    void tenStepsReplayPyTorchExactly()
    {
        const Backend backend;
        const auto golden = readGoldenVectors(BOOLAB_TEST_DATA "/flip_step.safetensors");
        QVERIFY2(golden, golden ? "" : golden.error().text().c_str());
        QCOMPARE(golden->flips.size(), std::size_t(1));
        const FlipVectors& vectors = golden->flips.front();
        OwnedLayer start(vectors.K, vectors.M, vectors.N);
        start.bits = vectors.bits;
        start.scaleOut = vectors.scaleOut;
        start.scaleIn = vectors.scaleIn;
        Training training(start);
        std::int64_t allFlips = 0;
        QCOMPARE(vectors.steps.size(), std::size_t(10));
        for (std::size_t i = 0; i < vectors.steps.size(); ++i) {
            const FlipVectors::Step& expected = vectors.steps[i];
            const std::int64_t count =
                training.step(vectors.kernel, expected.G, vectors.configOf(i), backend.threads);
            QCOMPARE(count, expected.flips);
            allFlips += count;
            const auto compare = [&](const auto& actual, const auto& answer) {
                const QByteArray difference = firstDifference(actual, answer);
                QVERIFY2(difference.isEmpty(),
                         difference + " after step " + QByteArray::number(qulonglong(i + 1)));
            };
            compare(training.layer.bits, expected.bits);
            compare(training.momentum, expected.momentum);
            compare(training.rowMoment, expected.rowMoment);
            compare(training.columnMoment, expected.columnMoment);
        }
        QVERIFY(allFlips > 50);
    }

    void equalsReferenceBitForBit_data() { addBackendRows(); }
    void equalsReferenceBitForBit()
    {
        const Backend backend;
        for (const auto& [M, N] : awkwardShapes()) {
            Training actual(OwnedLayer::random(2, M, N, unsigned(N)));
            Training expected = actual;
            for (std::int64_t t = 1; t <= 4; ++t) {
                const auto G = gaussian(M * N, unsigned(t), 1e-3f);
                const FlipConfig config = eagerConfig(t);
                const auto flips = actual.step(1, G, config, backend.threads);
                QCOMPARE(flips, flip_step_ref(expected.layer.view(), 1, G.data(), config, expected.state()));
                QVERIFY2(actual == expected, QByteArray::number(qlonglong(N)));
            }
        }
    }

    void microBatchesEqualTheReferenceBitForBit_data() { addBackendRows(); }
    void microBatchesEqualTheReferenceBitForBit()
    {
        const Backend backend;
        Training actual(OwnedLayer::random(2, 65, 531, 4));
        Training expected = actual;
        std::int64_t all = 0;
        for (std::int64_t t = 1; t <= 3; ++t)
            for (std::int64_t part = 0; part < 3; ++part) {
                const auto G = gaussian(65 * 531, unsigned(10 * t + part), 1e-3f);
                FlipConfig config = eagerConfig(t);
                config.part = part;
                config.parts = 3;
                const auto flips = actual.step(1, G, config, backend.threads);
                QCOMPARE(flips, flip_step_ref(expected.layer.view(), 1, G.data(), config, expected.state()));
                QVERIFY(actual == expected);
                QVERIFY2(part == 2 || flips == 0, "bits flip at a step's last micro-batch only");
                all += flips;
            }
        QVERIFY(all > 0);
    }

    /// What the threshold counts in: after many steps of pure noise M has the same variance, however many
    /// micro-batches a step has.
    void microBatchesKeepTheUnitOfTheNoise()
    {
        for (const std::int64_t parts : {1, 4}) {
            Training training(OwnedLayer::random(1, 64, 64, 8));
            FlipConfig config{.beta = 0.9f, .flipsAllowed = false, .parts = parts, .seed = 1};
            for (config.step = 1; config.step <= 40; ++config.step)
                for (config.part = 0; config.part < parts; ++config.part)
                    training.step(0, gaussian(64 * 64, unsigned(100 * config.step + config.part)), config, 1);
            double squares = 0;
            for (const std::uint16_t m : training.momentum)
                squares += double(bfloat16_to_float(m)) * double(bfloat16_to_float(m));
            const double variance = squares / (64 * 64), expected = 1 / (1 - 0.9 * 0.9);
            QVERIFY2(std::abs(variance / expected - 1) < 0.1, QByteArray::number(variance / expected));
        }
    }

    void flipsLowerALinearLoss_data() { addBackendRows(); }
    void flipsLowerALinearLoss()
    {
        const Backend backend;
        auto start = OwnedLayer::random(1, 30, 40, 3);
        for (auto& scale : start.scaleOut)
            scale = std::abs(scale);
        for (auto& scale : start.scaleIn)
            scale = std::abs(scale);
        Training training(start);
        const auto G = gaussian(30 * 40, 5);
        const auto flips = training.step(0, G, {.threshold = 1.0f, .cap = 1.0}, backend.threads);
        QVERIFY(flips > 0);
        std::int64_t changed = 0;
        for (std::int64_t i = 0; i < 30; ++i)
            for (std::int64_t j = 0; j < 40; ++j) {
                const float before = start.view().sign(0, i, j), after = training.layer.view().sign(0, i, j);
                if (before == after) continue;
                ++changed;
                QVERIFY(G[std::size_t(i * 40 + j)] * (after - before) < 0.0f);
                QCOMPARE(training.momentum[std::size_t(i * 40 + j)], 0);
            }
        QCOMPARE(changed, flips);
    }

    void capTakesTheHighestScoresAndTiesByLowerIndex_data() { addBackendRows(); }
    void capTakesTheHighestScoresAndTiesByLowerIndex()
    {
        const Backend backend;
        OwnedLayer start(1, 1, 16);
        start.bits = {0xff, 0xff};
        start.scaleOut = {1.0f};
        start.scaleIn = std::vector<float>(16, 1.0f);
        Training training(start);
        // Columns 2 … 15 are alike: |G| is normalised away by the column moment, so all tie; the first two
        // point down.
        std::vector<float> G(16, 1.0f);
        G[0] = G[1] = -1.0f;
        const auto flips = training.step(0, G, {.threshold = 0.5f, .cap = 3.5 / 16}, backend.threads);
        QCOMPARE(flips, 3);
        QCOMPARE(int(training.layer.bits[0]), 0b11100011);
        QCOMPARE(int(training.layer.bits[1]), 0xff);
    }

    void oneSpikeCountsAtMostAsTheClip_data() { addBackendRows(); }
    void oneSpikeCountsAtMostAsTheClip()
    {
        const Backend backend;
        OwnedLayer start(1, 40, 48);
        start.scaleOut = std::vector<float>(40, 1.0f);
        start.scaleIn = std::vector<float>(48, 1.0f);
        auto G = gaussian(40 * 48, 19);
        G[1000] = 8.0f; // much more would be all that its row and column know of
        FlipConfig config{.flipsAllowed = false, .seed = 3};
        Training free(start);
        free.step(0, G, config, backend.threads);
        QVERIFY(std::abs(bfloat16_to_float(free.momentum[1000])) > 2.5f);
        for (const std::int64_t parts : {1, 4}) {
            Training training(start);
            config.clip = 2.0f;
            config.parts = parts;
            training.step(0, G, config, backend.threads);
            const float most = 2.0f / std::sqrt(float(parts));
            QCOMPARE(std::abs(bfloat16_to_float(training.momentum[1000])), most);
            for (const std::uint16_t m : training.momentum)
                QVERIFY(std::abs(bfloat16_to_float(m)) <= most);
        }
    }

    void stateMovesButBitsStayWhileFlipsAreNotAllowed_data() { addBackendRows(); }
    void stateMovesButBitsStayWhileFlipsAreNotAllowed()
    {
        const Backend backend;
        Training training(OwnedLayer::random(1, 20, 30, 7));
        const Training before = training;
        FlipConfig config = eagerConfig(1);
        config.flipsAllowed = false;
        QCOMPARE(training.step(0, gaussian(600, 8), config, backend.threads), 0);
        QVERIFY(training.layer == before.layer);
        QVERIFY(training.momentum != before.momentum);
        QVERIFY(training.rowMoment != before.rowMoment);
    }

    void gradientThatIsNotFiniteChangesNothing_data() { addBackendRows(); }
    void gradientThatIsNotFiniteChangesNothing()
    {
        const Backend backend;
        for (const float bad :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            Training training(OwnedLayer::random(1, 40, 30, 9));
            QVERIFY(training.step(0, gaussian(1200, 10), eagerConfig(1), backend.threads) >= 0);
            const Training before = training;
            auto G = gaussian(1200, 11);
            G[777] = bad;
            QCOMPARE(training.step(0, G, eagerConfig(2), backend.threads), 0);
            QVERIFY(training == before);
        }
    }

    void zeroRowsAndColumnsStayAtRest_data() { addBackendRows(); }
    void zeroRowsAndColumnsStayAtRest()
    {
        const Backend backend;
        Training training(OwnedLayer::random(1, 6, 20, 12));
        auto G = gaussian(120, 13);
        for (std::size_t j = 0; j < 20; ++j)
            G[3 * 20 + j] = 0.0f;
        for (std::size_t i = 0; i < 6; ++i)
            G[i * 20 + 5] = 0.0f;
        QVERIFY(training.step(0, G, eagerConfig(1), backend.threads) >= 0);
        for (std::size_t j = 0; j < 20; ++j)
            QCOMPARE(training.momentum[3 * 20 + j], 0);
        for (std::size_t i = 0; i < 6; ++i)
            QCOMPARE(training.momentum[i * 20 + 5], 0);
    }

    void scoreIsInUnitsOfItsNoise_data() { addBackendRows(); }
    void scoreIsInUnitsOfItsNoise()
    {
        const Backend backend;
        if (reference_forced()) QSKIP("equal to the vector code bit for bit, but slow");
        // Pure noise: after many steps the share beyond z = 2 is that of the normal distribution, 2.28 %.
        Training training(OwnedLayer::random(1, 200, 300, 17));
        FlipConfig config{.beta = 0.9f, .threshold = 2.0f, .cap = 1.0, .seed = 5};
        for (config.step = 1; config.step <= 30; ++config.step) {
            config.flipsAllowed = config.step == 30;
            const auto flips =
                training.step(0, gaussian(60000, unsigned(100 + config.step)), config, backend.threads);
            if (config.step == 30)
                QVERIFY2(flips > 1200 && flips < 1530, QByteArray::number(qlonglong(flips)));
        }
    }

    void roundingIsUnbiasedAndFixedBySeedAndStep()
    {
        QVERIFY(force_isa("").has_value());
        // Momentum of the first step is q; its mean rounding error over the seeds must vanish.
        const auto start = OwnedLayer::random(1, 64, 128, 19);
        const auto G = gaussian(64 * 128, 20);
        double bias = 0.0, size = 0.0;
        std::vector<double> mean(64 * 128, 0.0);
        constexpr int kSeeds = 64;
        for (int seed = 0; seed < kSeeds; ++seed) {
            Training training(start), again(start);
            const FlipConfig config{.flipsAllowed = false, .step = 1, .seed = std::uint64_t(seed)};
            training.step(0, G, config, 1);
            again.step(0, G, config, 2);
            QVERIFY(training == again);
            for (std::size_t i = 0; i < mean.size(); ++i)
                mean[i] += double(bfloat16_to_float(training.momentum[i])) / kSeeds;
        }
        Training nearest(start);
        nearest.step(0, G, {.flipsAllowed = false, .step = 1, .seed = 1000}, 1);
        for (std::size_t i = 0; i < mean.size(); ++i) {
            // One rounding may be off by 2^-7, the mean of 64 by an eighth of that; both relative.
            const double single = double(bfloat16_to_float(nearest.momentum[i]));
            QVERIFY(std::abs(single - mean[i]) <= 0.0079 * std::abs(mean[i]) + 1e-30);
            bias += (single - mean[i]) / std::abs(single);
            size += 1.0;
        }
        QVERIFY2(std::abs(bias / size) < 1e-4, QByteArray::number(bias / size));
    }

    void sameBitsForEveryIsaAndThreadCount()
    {
        const auto start = OwnedLayer::random(2, 131, 301, 23);
        const auto run = [&](const std::string& isa, int threads) {
            if (!force_isa(isa)) qFatal("unsupported");
            Training training(start);
            for (std::int64_t t = 1; t <= 5; ++t)
                training.step(1, gaussian(131 * 301, unsigned(t)), eagerConfig(t), threads);
            return training;
        };
        const Training expected = run("reference", 1);
        for (const auto& isa : supported_isas())
            for (const int threads : {1, 2, 5})
                QVERIFY2(run(isa, threads) == expected, isa.c_str());
    }
};

QTEST_APPLESS_MAIN(TestFlipStep)
#include "test_flip_step.moc"
