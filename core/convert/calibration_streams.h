// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/model/llama_block.h"

#include <functional>
#include <torch/types.h>
#include <vector>

namespace boolab
{

/// The calibration text's hidden states on their way through a model, block by block: in the full-precision
/// model and in the one converted so far. (S, L, width), in the dtype of the computation.
struct CalibrationStreams {
    at::Tensor full, converted;
};

/// An input that some of a block's linear layers share, as both streams bring it to them.
struct SharedInput {
    std::vector<std::size_t> layers; ///< places in linearsOf()
    at::Tensor full, converted;      ///< (S, L, N); one tensor where there is no converted stream
    /// full - converted, of the residual stream that the layers' outputs are added to; undefined where they
    /// are not, or where nothing is converted yet.
    at::Tensor residualError;
};

/// Moves the streams through one block: the full-precision one through `teacher`, the converted one through
/// `student`; without a student the converted stream is the full-precision one. `visit` gets every shared
/// input before the layers that read it run, and may replace those of the student. Its first error ends the
/// walk.
Status walkBlock(LlamaBlockMath& math, const LlamaBlock& teacher, const LlamaBlock* student,
                 CalibrationStreams& streams, const std::function<Status(const SharedInput&)>& visit);

/// f of every few sequences of x (S, …), put together again: bounds the memory of what f needs on its way.
at::Tensor mapSequences(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& f);

/// sum over tokens of weight b a^T, float32 (width of b, width of a); weights (S, L) or undefined for 1.
at::Tensor crossGram(const at::Tensor& b, const at::Tensor& a, const at::Tensor& weights = {});

} // namespace boolab
