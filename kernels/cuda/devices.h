// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/cuda/failure.h"

namespace boolab::kernels::cuda
{

struct Device {
    int index = 0;
    std::string name;
    int major = 0, minor = 0; ///< compute capability
    std::int64_t memoryBytes = 0;
};

/// The devices that the driver shows; fails where there is no usable driver or no device. Needs no driver to
/// be called: the runtime looks for it then.
Outcome<std::vector<Device>> list_devices();
/// Device `index`, checked to be new enough for the ops.
Outcome<Device> find_device(int index);

} // namespace boolab::kernels::cuda
