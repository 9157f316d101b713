// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference.h"
#include "kernels/sign_descent.h"
#include "op_fixture.h"

using namespace boolab::kernels;

namespace
{

/// A whole small layer as one block: weights, a positive definite H = X^T X, levels chosen at random.
struct OwnedBlock {
    OwnedBlock(std::int64_t K, std::int64_t rows, std::int64_t columns)
        : K(K), rows(rows), columns(columns), hessian(std::size_t(columns * columns)),
          weights(gaussian(columns * rows, 4)), scaleOut(gaussian(K * rows, 2)),
          scaleIn(gaussian(K * columns, 3)), slope(weights.size()), levels(weights.size()),
          steps(weights.size()), codes(weights.size())
    {
        const auto X = gaussian(2 * columns * columns, 1);
        for (std::int64_t a = 0; a < columns; ++a)
            for (std::int64_t b = 0; b < columns; ++b)
                for (std::int64_t t = 0; t < 2 * columns; ++t)
                    hessian[std::size_t(a * columns + b)] +=
                        X[std::size_t(t * columns + a)] * X[std::size_t(t * columns + b)];
        for (std::int64_t c = 0; c < columns; ++c)
            for (std::int64_t i = 0; i < rows; ++i)
                levels[std::size_t(c * rows + i)] =
                    nearest_level_ref(&scaleOut[std::size_t(i)], &scaleIn[std::size_t(c)], K, rows, columns,
                                      0.3f, codes[std::size_t(c * rows + i)]);
        for (std::int64_t c = 0; c < columns; ++c)
            for (std::int64_t i = 0; i < rows; ++i)
                for (std::int64_t o = 0; o < columns; ++o)
                    slope[std::size_t(c * rows + i)] += errorAt(o, i) * hessian[std::size_t(o * columns + c)];
    }
    float errorAt(std::int64_t c, std::int64_t i) const
    {
        return weights[std::size_t(c * rows + i)] - levels[std::size_t(c * rows + i)];
    }
    double loss() const
    {
        double sum = 0;
        for (std::int64_t i = 0; i < rows; ++i)
            for (std::int64_t a = 0; a < columns; ++a)
                for (std::int64_t b = 0; b < columns; ++b)
                    sum += double(errorAt(a, i)) * double(hessian[std::size_t(a * columns + b)]) *
                           double(errorAt(b, i));
        return sum;
    }
    DescentBlock view()
    {
        return {columns,        rows,         K,
                hessian.data(), columns,      scaleOut.data(),
                scaleIn.data(), slope.data(), levels.data(),
                steps.data(),   codes.data()};
    }

    std::int64_t K, rows, columns;
    std::vector<float> hessian, weights, scaleOut, scaleIn, slope, levels, steps;
    std::vector<std::uint8_t> codes;
};

} // namespace

class TestSignDescent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheReferenceBitForBit_data() { addBackendRows(); }
    void equalsTheReferenceBitForBit()
    {
        const Backend backend;
        for (const std::int64_t K : {1, 2, 3, 4, 5, 8})
            for (const auto& [rows, columns] : {std::pair<int, int>{1, 1}, {15, 3}, {16, 20}, {40, 33}}) {
                OwnedBlock actual(K, rows, columns), expected(K, rows, columns);
                sign_descent_ref(expected.view());
                sign_descent(actual.view(), backend.threads);
                QCOMPARE(firstDifference(actual.codes, expected.codes), QByteArray());
                QCOMPARE(firstDifference(actual.levels, expected.levels), QByteArray());
                QCOMPARE(firstDifference(actual.slope, expected.slope), QByteArray());
                QCOMPARE(firstDifference(actual.steps, expected.steps), QByteArray());
            }
    }

    void everyPassLowersTheErrorUntilItStands()
    {
        OwnedBlock block(2, 24, 18);
        double before = block.loss();
        const double start = before;
        for (int pass = 0; pass < 6; ++pass) {
            sign_descent(block.view(), 2);
            const double after = block.loss();
            QVERIFY2(after <= before * (1 + 1e-5), qPrintable(QString("%1 -> %2").arg(before).arg(after)));
            before = after;
        }
        QVERIFY(before < 0.9 * start);
    }
};

QTEST_GUILESS_MAIN(TestSignDescent)
#include "test_sign_descent.moc"
