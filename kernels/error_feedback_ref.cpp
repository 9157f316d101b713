// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "kernels/reference.h"

namespace boolab::kernels
{

namespace
{

/// Nearest of the levels of weight (row, column); the same ties as the vector code: the first code of
/// ascending order, kernel 0 taking the sign that brings the level to w's side.
float nearest(const FeedbackBlock& block, std::int64_t c, std::int64_t i, float w, std::uint8_t& code)
{
    float best = 0.0f, bestDistance = 0.0f;
    int bestCode = -1;
    for (int candidate = 0; candidate < 1 << (block.kernels - 1); ++candidate) {
        float level = block.scaleOut[i] * block.scaleIn[c];
        for (std::int64_t k = 1; k < block.kernels; ++k) {
            const float term = block.scaleOut[k * block.rows + i] * block.scaleIn[k * block.columns + c];
            level = candidate >> (k - 1) & 1 ? level - term : level + term;
        }
        const float distance = std::abs(std::abs(w) - std::abs(level));
        if (bestCode < 0 || distance < bestDistance) {
            best = level;
            bestDistance = distance;
            bestCode = candidate;
        }
    }
    const bool opposite = (best < 0.0f) != (w < 0.0f);
    code = opposite ? 0 : 1;
    for (std::int64_t k = 1; k < block.kernels; ++k)
        if (opposite == bool(bestCode >> (k - 1) & 1)) code |= std::uint8_t(1u << k);
    return w < 0.0f ? -std::abs(best) : std::abs(best);
}

} // namespace

void error_feedback_ref(const FeedbackBlock& block)
{
    for (std::int64_t i = 0; i < block.rows; ++i)
        for (std::int64_t c = 0; c < block.columns; ++c) {
            const float* factor = block.factor + c * block.factorStride;
            float& w = block.weights[c * block.rows + i];
            const float level = nearest(block, c, i, w, block.codes[c * block.rows + i]);
            w = (w - level) / factor[c];
            for (std::int64_t later = c + 1; later < block.columns; ++later) {
                const float owed = w * factor[later];
                block.weights[later * block.rows + i] -= owed;
            }
        }
}

} // namespace boolab::kernels
