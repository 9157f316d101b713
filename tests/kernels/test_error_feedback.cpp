// SPDX-License-Identifier: Apache-2.0
#include "kernels/error_feedback.h"
#include "kernels/reference.h"
#include "op_fixture.h"

using namespace boolab::kernels;

namespace
{

/// A block that owns its memory: scales near the size of the weights, a factor with a dominant diagonal.
struct OwnedBlock {
    OwnedBlock(std::int64_t K, std::int64_t rows, std::int64_t columns)
        : K(K), rows(rows), columns(columns), factor(gaussian(columns * columns, 1, 0.1f)),
          scaleOut(gaussian(K * rows, 2)), scaleIn(gaussian(K * columns, 3)),
          weights(gaussian(columns * rows, 4)), codes(std::size_t(columns * rows))
    {
        for (std::int64_t c = 0; c < columns; ++c)
            factor[std::size_t(c * columns + c)] = 1.0f + std::abs(factor[std::size_t(c * columns + c)]);
    }
    FeedbackBlock view()
    {
        return {columns,        rows,           K,           factor.data(), columns, scaleOut.data(),
                scaleIn.data(), weights.data(), codes.data()};
    }

    std::int64_t K, rows, columns;
    std::vector<float> factor, scaleOut, scaleIn, weights;
    std::vector<std::uint8_t> codes;
};

} // namespace

class TestErrorFeedback : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheReferenceBitForBit_data() { addBackendRows(); }
    void equalsTheReferenceBitForBit()
    {
        const Backend backend;
        for (const std::int64_t K : {1, 2, 3, 4, 5, 8})
            for (const auto& [rows, columns] :
                 {std::pair<int, int>{1, 1}, {15, 3}, {16, 20}, {33, 40}, {70, 128}}) {
                OwnedBlock actual(K, rows, columns), expected(K, rows, columns);
                error_feedback_ref(expected.view());
                error_feedback(actual.view(), backend.threads);
                QCOMPARE(firstDifference(actual.codes, expected.codes), QByteArray());
                QCOMPARE(firstDifference(actual.weights, expected.weights), QByteArray());
            }
    }

    void withoutCoupling_everyWeightTakesItsNearestLevel()
    {
        OwnedBlock block(2, 37, 11);
        std::fill(block.factor.begin(), block.factor.end(), 0.0f);
        for (std::int64_t c = 0; c < block.columns; ++c)
            block.factor[std::size_t(c * block.columns + c)] = 1.0f;
        const auto before = block.weights;
        error_feedback(block.view(), 1);
        for (std::int64_t c = 0; c < block.columns; ++c)
            for (std::int64_t i = 0; i < block.rows; ++i) {
                const auto at = std::size_t(c * block.rows + i);
                float nearest = 1e9f;
                for (const float a : {-1.0f, 1.0f})
                    for (const float b : {-1.0f, 1.0f})
                        nearest =
                            std::min(nearest, std::abs(before[at] -
                                                       a * block.scaleOut[std::size_t(i)] *
                                                           block.scaleIn[std::size_t(c)] -
                                                       b * block.scaleOut[std::size_t(block.rows + i)] *
                                                           block.scaleIn[std::size_t(block.columns + c)]));
                QVERIFY(std::abs(std::abs(block.weights[at]) - nearest) < 1e-5f);
            }
    }

    void codesSpellTheLevelThatTheErrorIsMeasuredFrom()
    {
        OwnedBlock block(3, 20, 1);
        block.factor[0] = 2.0f;
        const auto before = block.weights;
        error_feedback(block.view(), 1);
        for (std::int64_t i = 0; i < block.rows; ++i) {
            double level = 0;
            for (std::int64_t k = 0; k < 3; ++k)
                level += (block.codes[std::size_t(i)] >> k & 1 ? 1.0 : -1.0) *
                         double(block.scaleOut[std::size_t(k * block.rows + i)]) *
                         double(block.scaleIn[std::size_t(k)]);
            QVERIFY(std::abs((double(before[std::size_t(i)]) - level) / 2.0 -
                             double(block.weights[std::size_t(i)])) < 1e-5);
        }
    }
};

QTEST_GUILESS_MAIN(TestErrorFeedback)
#include "test_error_feedback.moc"
