// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"

namespace boolab
{

/// Floating-point operations that one distillation step over `tokens` tokens in sequences of `length` needs,
/// two per multiply-add: the teacher's and the student's forward pass, the student's backward pass by inputs
/// and by weights (twice the forward pass), logits of both, the gradient of the student's logits by its
/// hidden states, and causal attention. What is computed again, or is no matrix product, does not count.
double stepArithmetic(const ModelConfig& config, std::int64_t tokens, std::int64_t length);

} // namespace boolab
