// SPDX-License-Identifier: Apache-2.0
#include "kernels/reference.h"

namespace boolab::kernels
{

void sign_descent_ref(const DescentBlock& block)
{
    const std::int64_t M = block.rows;
    for (std::int64_t i = 0; i < M; ++i)
        for (std::int64_t c = 0; c < block.columns; ++c) {
            const float* hessian = block.hessian + c * block.hessianStride;
            float& level = block.levels[c * M + i];
            const float target = level + block.slope[c * M + i] / hessian[c];
            const float next = nearest_level_ref(block.scaleOut + i, block.scaleIn + c, block.kernels, M,
                                                 block.columns, target, block.codes[c * M + i]);
            const float step = next - level;
            block.steps[c * M + i] = step;
            level = next;
            for (std::int64_t other = 0; other < block.columns; ++other) {
                const float change = step * hessian[other];
                block.slope[other * M + i] -= change;
            }
        }
}

} // namespace boolab::kernels
