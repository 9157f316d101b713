// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/tensor_tree.h"

#include <string>

namespace boolab
{

/// The tree as a table for a terminal, with the sum of all below it; figures of the values where there are
/// any.
std::string tensorText(const std::vector<TensorRow>& tensors, const LinearLayers& layers);

/// Which tensors have NaN or Inf, as sentences; nothing where no values have been checked.
std::string valueCheckText(const std::vector<TensorRow>& tensors);

} // namespace boolab
