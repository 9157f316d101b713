// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>
#include <vector>

namespace boolab
{

/// What the teacher says of N tokens, as far as it was kept: its k likeliest next tokens and the probability
/// of all others together.
struct TopProbabilities {
    at::Tensor ids;              ///< (N, k) int32, distinct in a row
    at::Tensor logProbabilities; ///< (N, k) float32, at the distillation's temperature
    at::Tensor logRest;          ///< (N) float32: log of 1 - their sum; -inf where nothing is left
};

/// What a student is distilled towards over a batch (B, T): either the teacher's last hidden states with its
/// head, or what a cache kept of its predictions.
struct TeacherTargets {
    at::Tensor hidden;                ///< (B, T, C), undefined where `top` is given
    at::Tensor head;                  ///< (V, C)
    TopProbabilities top;             ///< of B * T tokens
    std::vector<at::Tensor> selected; ///< outputs of the blocks compared, (B, T, C)
};

} // namespace boolab
