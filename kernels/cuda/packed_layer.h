// SPDX-License-Identifier: Apache-2.0
// Inside the CUDA ops' host side: what a PackedLayer owns.
#pragma once

#include "kernels/cuda/bool_gemm.h"
#include "kernels/cuda/device_memory.h"
#include "kernels/cuda/packed_layout.h"

namespace boolab::kernels::cuda
{

/// The failure of a layer, `what`, that has more than kMaxPackedKernels.
inline std::unexpected<Failure> too_many_kernels(const Device& device, const std::string& what)
{
    return fail(Failure::Kind::Runtime,
                "CUDA device " + std::to_string(device.index) + ": " + what + ", expected at most " +
                    std::to_string(kMaxPackedKernels) + " kernels",
                "Convert the model with fewer kernels per layer, or use --device cpu.");
}

struct PackedLayer::Impl {
    DevicePackedLayer view;
    DeviceBuffer<uint4> bits;
    DeviceBuffer<std::uint32_t> ones;
    DeviceBuffer<float> scaleOut, scaleIn;
};

} // namespace boolab::kernels::cuda
