// SPDX-License-Identifier: Apache-2.0
// Packed bits as tensors, in LibTorch's own operators: for devices whose memory our ops cannot reach.
#pragma once

#include "kernels/bool_kernels.h"

#include <torch/types.h>
#include <vector>

namespace boolab
{

/// Memory of `device` that the tensor does not own.
at::Tensor foreignTensor(void* memory, at::IntArrayRef shape, at::ScalarType dtype, const at::Device& device);

/// The layer's memory on `device`, as tensors that own nothing: bits (K, M, ceil(N/8)) uint8, scaleOut (K,
/// M), scaleIn (K, N).
struct LayerTensors {
    LayerTensors(const kernels::BoolKernels& layer, const at::Device& device);

    at::Tensor bits, scaleOut, scaleIn;
};

/// B_k as -1.0f / +1.0f (out, in) of packed rows (out, ceil(in/8)), bit j of byte b being column 8b+j.
at::Tensor signsOfBits(const at::Tensor& packed, std::int64_t in);
/// A bit at each of the places i * in + j, packed (out, ceil(in/8)) in the host's memory.
at::Tensor packPlaces(const std::vector<std::int64_t>& places, std::int64_t out, std::int64_t in);

} // namespace boolab
