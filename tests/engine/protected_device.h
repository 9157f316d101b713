// SPDX-License-Identifier: Apache-2.0
// A device of LibTorch's whose memory the host cannot reach, to prove without a GPU that a job touches the
// memory of its device by nothing but operators and our own device ops: what would be a stray access on a GPU
// ends the process here.
#pragma once

#include <torch/types.h>

/// "protected:0". Its operators are the CPU's, on copies; one that is given tensors of both throws, as
/// CUDA's do.
at::Device protectedDevice();

/// While one lives, host code reaches the memory: around what would run on the device.
class DeviceAccess
{
public:
    DeviceAccess();
    ~DeviceAccess();
    DeviceAccess(const DeviceAccess&) = delete;
    DeviceAccess& operator=(const DeviceAccess&) = delete;
};
