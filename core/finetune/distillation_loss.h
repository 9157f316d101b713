// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/teacher_targets.h"
#include "core/model/llama_model.h"

#include <string>

namespace boolab
{

struct DistillationConfig {
    double temperature = 1.0;
    double hiddenWeight = 1.0; ///< gamma
    /// false: KL as a mean over tokens and each hidden MSE divided by the teacher's mean square, so that
    /// gamma means the same on every model. true: BinaryMoS' published code: KL summed over a sequence's
    /// tokens, plain MSE summed over the layers.
    bool sumOverTokens = false;
    std::int64_t chunk = 128; ///< positions whose logits over the vocabulary exist at a time
};

struct DistillationLoss {
    at::Tensor total;
    double kl = 0, hidden = 0; ///< before gamma, by the chosen reduction
};

/// L = KL(teacher || student) on logits + gamma * MSE on the selected hidden states (MBOK section 3.4;
/// method.md section 4).
DistillationLoss distillationLoss(const TeacherTargets& teacher, const LlamaModel& student,
                                  const LlamaOutput& studentOut, const DistillationConfig& config);

/// Sum over positions of temperature^2 * KL(softmax(t/temperature) || softmax(s/temperature)); s = hidden
/// headᵀ, t likewise. Differentiable in `hidden` (N, C) alone: the gradient is formed chunk by chunk with the
/// loss, so logits (N, V) never exist whole.
at::Tensor chunkedKlSum(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& teacherHidden,
                        const at::Tensor& teacherHead, double temperature, std::int64_t chunk);

/// The same where of the teacher p only the k likeliest tokens i and the rest's probability r are known: per
/// position temperature^2 (sum_i p_i log(p_i / q_i) + r log(r / s)), s = 1 - sum_i q_i the student's rest:
/// the divergence after all other tokens are merged into one. Never more than the full one (log sum
/// inequality), and equal to it for k = V or where both split the rest alike. Gradient by the student's
/// logits: temperature (q_i - p_i) for the k, temperature q_j (1 - r / s) for the others.
at::Tensor topKlSum(const at::Tensor& hidden, const at::Tensor& head, const TopProbabilities& teacher,
                    double temperature, std::int64_t chunk);

} // namespace boolab
