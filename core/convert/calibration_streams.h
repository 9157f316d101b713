// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/llama_block.h"

#include <functional>
#include <torch/types.h>

namespace boolab
{

/// The calibration text's hidden states on their way through a model, block by block: in the full-precision
/// model and in the one converted so far. (S, L, width), in the dtype of the computation.
struct CalibrationStreams {
    at::Tensor full, converted;
};

/// f of every few sequences of x (S, …), put together again: bounds the memory of what f needs on its way.
at::Tensor mapSequences(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& f);

/// sum over tokens of weight b a^T, float32 (width of b, width of a); weights (S, L) or undefined for 1.
at::Tensor crossGram(const at::Tensor& b, const at::Tensor& a, const at::Tensor& weights = {});

} // namespace boolab
