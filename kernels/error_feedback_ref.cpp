// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "kernels/reference.h"

namespace boolab::kernels
{

float nearest_level_ref(const float* scaleOut, const float* scaleIn, std::int64_t K, std::int64_t outStride,
                        std::int64_t inStride, float w, std::uint8_t& code)
{
    float best = 0.0f, bestDistance = 0.0f;
    int bestCode = -1;
    for (int candidate = 0; candidate < 1 << (K - 1); ++candidate) {
        float level = scaleOut[0] * scaleIn[0];
        for (std::int64_t k = 1; k < K; ++k) {
            const float term = scaleOut[k * outStride] * scaleIn[k * inStride];
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
    for (std::int64_t k = 1; k < K; ++k)
        if (opposite == bool(bestCode >> (k - 1) & 1)) code |= std::uint8_t(1u << k);
    return w < 0.0f ? -std::abs(best) : std::abs(best);
}

void error_feedback_ref(const FeedbackBlock& block)
{
    for (std::int64_t i = 0; i < block.rows; ++i)
        for (std::int64_t c = 0; c < block.columns; ++c) {
            const float* factor = block.factor + c * block.factorStride;
            float& w = block.weights[c * block.rows + i];
            const float level =
                nearest_level_ref(block.scaleOut + i, block.scaleIn + c, block.kernels, block.rows,
                                  block.columns, w, block.codes[c * block.rows + i]);
            w = (w - level) / factor[c];
            for (std::int64_t later = c + 1; later < block.columns; ++later) {
                const float owed = w * factor[later];
                block.weights[later * block.rows + i] -= owed;
            }
        }
}

} // namespace boolab::kernels
