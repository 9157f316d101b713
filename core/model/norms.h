// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/llama_model.h"

#include <string>
#include <vector>

namespace boolab
{

struct NamedTensor {
    std::string name; ///< as in the model's files
    at::Tensor tensor;
};

/// The norms' weights of all blocks and the final one, as they are in use.
std::vector<NamedTensor> normsOf(const LlamaModel& model);
/// Puts `norms` (all of them, in the order of normsOf(), or none) to use in the model's dtype; gradients
/// reach them through the cast.
void useNorms(LlamaModel& model, const std::vector<NamedTensor>& norms);

} // namespace boolab
