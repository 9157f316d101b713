// SPDX-License-Identifier: Apache-2.0
// The ops between a block's linear layers: rms_norm, rotate_heads, swiglu.
#include <QtTest>
#include <cmath>

#include "kernels/bfloat16.h"
#include "kernels/reference.h"
#include "kernels/rms_norm.h"
#include "kernels/rotate_heads.h"
#include "kernels/swiglu.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

namespace
{

using Narrow = std::vector<std::uint16_t>;

Narrow narrowed(const std::vector<float>& values)
{
    Narrow bits;
    for (const float value : values)
        bits.push_back(float_to_bfloat16(value));
    return bits;
}

std::vector<double> doubles(const std::vector<float>& values)
{
    return {values.begin(), values.end()};
}

std::vector<float> floats(const Narrow& bits)
{
    std::vector<float> values;
    for (const std::uint16_t b : bits)
        values.push_back(bfloat16_to_float(b));
    return values;
}

/// One unit in the last place of bfloat16, twice where a rounding was on the edge.
constexpr double kNarrowTolerance = 1.0 / 128;

} // namespace

class TestBlockOps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rmsNormAgreesWithTheReference_data() { addBackendRows(); }
    void rmsNormAgreesWithTheReference()
    {
        const Backend backend;
        for (const auto& [R, C] : awkwardShapes()) {
            if (C == 0 || R == 0) continue;
            const auto size = std::size_t(R * C);
            const auto x = gaussian(R * C, 1), w = gaussian(C, 2), grad = gaussian(R * C, 3);
            std::vector<float> y(size), wantedY(size), gradX(size), wantedX(size);
            std::vector<float> inverse(static_cast<std::size_t>(R)), wantedInverse(inverse),
                gradW(static_cast<std::size_t>(C)), wantedW(gradW);
            rms_norm(x.data(), w.data(), R, C, 1e-5, y.data(), inverse.data(), backend.threads);
            rms_norm_ref(x.data(), w.data(), R, C, 1e-5, wantedY.data(), wantedInverse.data());
            QVERIFY(relativeDistance(y, doubles(wantedY)) < 1e-6);
            QVERIFY(relativeDistance(inverse, doubles(wantedInverse)) < 1e-6);
            rms_norm_gradient(x.data(), w.data(), inverse.data(), grad.data(), R, C, gradX.data(),
                              gradW.data(), backend.threads);
            rms_norm_gradient_ref(x.data(), w.data(), wantedInverse.data(), grad.data(), R, C, wantedX.data(),
                                  wantedW.data());
            if (C > 1) QVERIFY(relativeDistance(gradX, doubles(wantedX)) < 1e-5);
            QVERIFY(relativeDistance(gradW, doubles(wantedW)) < 1e-5);
        }
    }

    void rmsNormOfBfloat16RoundsTheNormalisedInput_data() { addBackendRows(); }
    void rmsNormOfBfloat16RoundsTheNormalisedInput()
    {
        const Backend backend;
        const std::int64_t R = 5, C = 83;
        const Narrow x = narrowed(gaussian(R * C, 1)), w = narrowed(gaussian(C, 2)),
                     grad = narrowed(gaussian(R * C, 3));
        Narrow y(x.size()), wanted(x.size()), gradX(x.size()), wantedX(x.size());
        std::vector<float> inverse(R), gradW(C), wantedW(C);
        rms_norm(x.data(), w.data(), R, C, 1e-5, y.data(), inverse.data(), backend.threads);
        rms_norm_ref(x.data(), w.data(), R, C, 1e-5, wanted.data(), inverse.data());
        QVERIFY(relativeDistance(floats(y), doubles(floats(wanted))) < kNarrowTolerance);
        rms_norm_gradient(x.data(), w.data(), inverse.data(), grad.data(), R, C, gradX.data(), gradW.data(),
                          backend.threads);
        rms_norm_gradient_ref(x.data(), w.data(), inverse.data(), grad.data(), R, C, wantedX.data(),
                              wantedW.data());
        QVERIFY(relativeDistance(floats(gradX), doubles(floats(wantedX))) < kNarrowTolerance);
        QVERIFY(relativeDistance(gradW, doubles(wantedW)) < kNarrowTolerance);
    }

    void rmsNormGradientAgreesWithFiniteDifferences()
    {
        const std::int64_t C = 19;
        auto x = gaussian(C, 1);
        const auto w = gaussian(C, 2), grad = gaussian(C, 3);
        std::vector<float> y(C), gradX(C);
        float inverse = 0;
        const auto loss = [&] {
            rms_norm_ref(x.data(), w.data(), 1, C, 1e-5, y.data(), &inverse);
            double sum = 0;
            for (std::size_t j = 0; j < y.size(); ++j)
                sum += double(grad[j]) * double(y[j]);
            return sum;
        };
        loss();
        rms_norm_gradient_ref(x.data(), w.data(), &inverse, grad.data(), 1, C, gradX.data(), nullptr);
        for (const std::size_t at : {0, 7, 18}) {
            const float before = x[at], h = 1e-2f;
            x[at] = before + h;
            const double up = loss();
            x[at] = before - h;
            const double down = loss();
            x[at] = before;
            QVERIFY(std::abs((up - down) / (2 * double(h)) - double(gradX[at])) < 1e-3);
        }
    }

    void rotationEqualsTheReferenceBitForBit_data() { addBackendRows(); }
    void rotationEqualsTheReferenceBitForBit()
    {
        const Backend backend;
        for (const std::int64_t D : {2, 6, 32, 34, 64, 128}) {
            const std::int64_t T = 37, R = 2 * T, H = 3;
            const auto x = gaussian(R * H * D, 1), c = gaussian(T * D, 2), s = gaussian(T * D, 3);
            for (const bool backwards : {false, true}) {
                std::vector<float> y(x.size()), wanted(x.size());
                rotate_heads(x.data(), c.data(), s.data(), R, T, H, D, backwards, y.data(), backend.threads);
                rotate_heads_ref(x.data(), c.data(), s.data(), R, T, H, D, backwards, wanted.data());
                QVERIFY2(firstDifference(y, wanted).isEmpty(), firstDifference(y, wanted));
                const Narrow narrow = narrowed(x);
                Narrow z(x.size()), wantedZ(x.size());
                rotate_heads(narrow.data(), c.data(), s.data(), R, T, H, D, backwards, z.data(),
                             backend.threads);
                rotate_heads_ref(narrow.data(), c.data(), s.data(), R, T, H, D, backwards, wantedZ.data());
                QCOMPARE(z, wantedZ);
            }
        }
    }

    void rotatingBackwardsUndoesARotation()
    {
        const std::int64_t T = 4, H = 2, D = 8;
        std::vector<float> c(T * D), s(T * D);
        for (std::size_t i = 0; i < c.size(); ++i) {
            c[i] = std::cos(float(i));
            s[i] = std::sin(float(i));
        }
        const auto x = gaussian(T * H * D, 5);
        std::vector<float> y(x.size()), back(x.size());
        rotate_heads(x.data(), c.data(), s.data(), T, T, H, D, false, y.data(), 1);
        rotate_heads(y.data(), c.data(), s.data(), T, T, H, D, true, back.data(), 1);
        QVERIFY(relativeDistance(back, doubles(x)) < 1e-6);
    }

    void swigluAgreesWithTheReference_data() { addBackendRows(); }
    void swigluAgreesWithTheReference()
    {
        const Backend backend;
        for (const std::int64_t size : {0, 1, 15, 16, 33, 40000}) {
            auto gate = gaussian(size, 1, 5.0f);
            const auto up = gaussian(size, 2), grad = gaussian(size, 3);
            if (size > 2) {
                gate[0] = -200.0f;
                gate[1] = 200.0f;
            }
            std::vector<float> y(gate.size()), wanted(y), toGate(y), wantedGate(y), toUp(y), wantedUp(y);
            swiglu(gate.data(), up.data(), size, y.data(), backend.threads);
            swiglu_ref(gate.data(), up.data(), size, wanted.data());
            QVERIFY(relativeDistance(y, doubles(wanted)) < 1e-6);
            swiglu_gradient(gate.data(), up.data(), grad.data(), size, toGate.data(), toUp.data(),
                            backend.threads);
            swiglu_gradient_ref(gate.data(), up.data(), grad.data(), size, wantedGate.data(),
                                wantedUp.data());
            QVERIFY(relativeDistance(toGate, doubles(wantedGate)) < 1e-6);
            QVERIFY(relativeDistance(toUp, doubles(wantedUp)) < 1e-6);
            const Narrow g = narrowed(gate), u = narrowed(up), d = narrowed(grad);
            Narrow z(g.size()), wantedZ(z), zGate(z), wantedZGate(z), zUp(z), wantedZUp(z);
            swiglu(g.data(), u.data(), size, z.data(), backend.threads);
            swiglu_ref(g.data(), u.data(), size, wantedZ.data());
            QVERIFY(relativeDistance(floats(z), doubles(floats(wantedZ))) < kNarrowTolerance);
            swiglu_gradient(g.data(), u.data(), d.data(), size, zGate.data(), zUp.data(), backend.threads);
            swiglu_gradient_ref(g.data(), u.data(), d.data(), size, wantedZGate.data(), wantedZUp.data());
            QVERIFY(relativeDistance(floats(zGate), doubles(floats(wantedZGate))) < kNarrowTolerance);
            QVERIFY(relativeDistance(floats(zUp), doubles(floats(wantedZUp))) < kNarrowTolerance);
        }
    }

    void swigluGradientAgreesWithFiniteDifferences()
    {
        for (const float gate : {-3.0f, -0.4f, 0.0f, 2.5f}) {
            const float up = 1.7f, grad = 1.0f, h = 1e-2f;
            float toGate = 0, toUp = 0, high = 0, low = 0;
            swiglu_gradient_ref(&gate, &up, &grad, 1, &toGate, &toUp);
            const float above = gate + h, below = gate - h;
            swiglu_ref(&above, &up, 1, &high);
            swiglu_ref(&below, &up, 1, &low);
            QVERIFY(std::abs((high - low) / (2 * h) - toGate) < 1e-3f);
        }
    }
};

QTEST_APPLESS_MAIN(TestBlockOps)
#include "test_block_ops.moc"
