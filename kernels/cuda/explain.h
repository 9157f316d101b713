// SPDX-License-Identifier: Apache-2.0
// Inside the CUDA ops' host side: what a runtime error means to whoever started the op.
#pragma once

#include <string>

#include "kernels/cuda/device_memory.h"
#include "kernels/cuda/devices.h"

namespace boolab::kernels::cuda
{

/// "M x N with K kernels".
std::string shape_text(std::int64_t K, std::int64_t M, std::int64_t N);
/// The failure of an op on `device` at `what` ("a layer 3 x 4 with 2 kernels"), which takes about
/// `neededBytes` of its memory. Clears the runtime's error.
Failure explain(const RuntimeError& error, const Device& device, const std::string& what,
                std::int64_t neededBytes);

/// Runs body(), which throws RuntimeError; what() says what at.
template <class What, class Body>
Outcome<void> on_device(const Device& device, const What& what, std::int64_t neededBytes, const Body& body)
{
    try {
        check(cudaSetDevice(device.index), "choosing the device");
        body();
    } catch (const RuntimeError& error) {
        return std::unexpected(explain(error, device, what(), neededBytes));
    }
    return {};
}

} // namespace boolab::kernels::cuda
