// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>

namespace boolab
{

/// Memory that grows to the largest matrix asked of it. Matrices of a weight's size that live for one layer's
/// turn come from here: allocated one by one between the activations, which stay, they would tear the heap
/// into pieces.
class Scratch
{
public:
    /// (rows, columns), uninitialised; overwritten by the next call.
    at::Tensor matrix(std::int64_t rows, std::int64_t columns, at::ScalarType dtype,
                      const at::Device& device);

private:
    at::Tensor m_memory; ///< bytes
};

/// What a model's Boolean layers share, as only one of them is at work at a time.
struct LayerScratch {
    Scratch weight, gradient, narrowGradient;
};

} // namespace boolab
