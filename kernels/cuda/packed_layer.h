// SPDX-License-Identifier: Apache-2.0
// Inside the CUDA ops' host side: what a PackedLayer owns.
#pragma once

#include "kernels/cuda/bool_gemm.h"
#include "kernels/cuda/device_memory.h"
#include "kernels/cuda/packed_layout.h"

namespace boolab::kernels::cuda
{

struct PackedLayer::Impl {
    DevicePackedLayer view;
    DeviceBuffer<uint4> bits;
    DeviceBuffer<std::uint32_t> ones;
    DeviceBuffer<float> scaleOut, scaleIn;
};

} // namespace boolab::kernels::cuda
