// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/devices.h"

#include "kernels/cuda/language.h"

namespace boolab::kernels::cuda
{

namespace
{

constexpr int kOldestMajor = 8;

/// 13020 -> "13.2".
std::string version_text(int version)
{
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

Failure without_device(cudaError_t code)
{
    int driver = 0, runtime = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    if (driver == 0)
        return {Failure::Kind::NoDriver, "no CUDA device: no NVIDIA driver is loaded on this machine",
                "Install the NVIDIA driver where there is a GPU, or use --device cpu."};
    if (code == cudaErrorInsufficientDriver)
        return {Failure::Kind::DriverTooOld,
                "the NVIDIA driver is too old: it serves CUDA " + version_text(driver) +
                    ", this build needs " + version_text(runtime),
                "Update the NVIDIA driver, or use --device cpu."};
    if (code == cudaErrorNoDevice || code == cudaSuccess)
        return {Failure::Kind::NoDevice, "no CUDA device: the NVIDIA driver shows none",
                "Check nvidia-smi and CUDA_VISIBLE_DEVICES, or use --device cpu."};
    return {Failure::Kind::Runtime, std::string("CUDA does not start: ") + cudaGetErrorString(code),
            "Check nvidia-smi, or use --device cpu."};
}

} // namespace

Outcome<std::vector<Device>> list_devices()
{
    int count = 0;
    const cudaError_t code = cudaGetDeviceCount(&count);
    if (code != cudaSuccess || count == 0) {
        cudaGetLastError(); // clears it
        return std::unexpected(without_device(code));
    }
    std::vector<Device> devices;
    for (int i = 0; i < count; ++i) {
        cudaDeviceProp properties;
        if (const auto read = cudaGetDeviceProperties(&properties, i); read != cudaSuccess)
            return fail(Failure::Kind::Runtime,
                        "CUDA device " + std::to_string(i) + ": " + cudaGetErrorString(read),
                        "Check nvidia-smi, or use --device cpu.");
        devices.push_back({i, properties.name, properties.major, properties.minor,
                           std::int64_t(properties.totalGlobalMem)});
    }
    return devices;
}

Outcome<Device> find_device(int index)
{
    const auto devices = list_devices();
    if (!devices) return std::unexpected(devices.error());
    const std::size_t count = devices->size();
    if (index < 0 || std::size_t(index) >= count)
        return fail(Failure::Kind::NoSuchDevice,
                    "no CUDA device " + std::to_string(index) + ": this machine has " +
                        std::to_string(count) + ", counted from 0",
                    "Use --device cuda:0 … cuda:" + std::to_string(count - 1) + ".");
    const Device& device = (*devices)[std::size_t(index)];
    if (device.major < kOldestMajor)
        return fail(Failure::Kind::DeviceTooOld,
                    "CUDA device " + std::to_string(index) + " (" + device.name +
                        ") has compute capability " + std::to_string(device.major) + "." +
                        std::to_string(device.minor) + ", expected 8.0 (Ampere) or newer",
                    "Use another device, or --device cpu.");
    return device;
}

} // namespace boolab::kernels::cuda
