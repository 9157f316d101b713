// SPDX-License-Identifier: Apache-2.0
#include "core/engine/torch_device.h"

#include "core/boolean/cuda_ops.h"
#include "core/boolean/plain_ops.h"
#include "core/engine/cuda_device.h"
#include "core/jobs/job_device.h"

#include <ATen/Context.h>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>

namespace boolab
{

namespace
{

std::optional<at::Device>& substitute()
{
    static std::optional<at::Device> device;
    return device;
}

/// The folder of the LibTorch that this process runs on.
std::filesystem::path libtorchFolder()
{
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&at::globalContext), &info) == 0 || info.dli_fname == nullptr)
        return {};
    return std::filesystem::path(info.dli_fname).parent_path();
}

/// Only libtorch_cpu is linked, so that one program serves machines with and without a driver. Nothing may
/// ask LibTorch for CUDA before: it remembers the first answer.
Status loadCudaHalf(const std::string& device)
{
    const std::filesystem::path library = libtorchFolder() / "libtorch_cuda.so";
    if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        const char* why = dlerror();
        return fail(
            ErrorCode::Unsupported,
            fmt::format("--device {}: LibTorch's half for CUDA cannot be loaded: {}", device,
                        why ? why : library.c_str()),
            "Set up again on a machine with an NVIDIA driver (remove .deps, then ./run), name a LibTorch "
            "with CUDA by BOOLAB_LIBTORCH, or use --device cpu.");
    }
    if (at::globalContext().hasCUDA()) return {};
    return fail(ErrorCode::Unsupported,
                fmt::format("--device {}: {} was loaded, but finds no CUDA device", device, library.string()),
                "Check nvidia-smi and CUDA_VISIBLE_DEVICES, or use --device cpu.");
}

} // namespace

at::Device torchDevice(const Job& job)
{
    const auto index = tensorsOnDevice(job) ? cudaIndex(job.text("device")) : std::nullopt;
    if (!index) return at::kCPU;
    if (substitute()) return *substitute();
    return {at::kCUDA, static_cast<at::DeviceIndex>(*index)};
}

Status openTorchDevice(const Job& job, const std::function<void(const std::string&)>& warn)
{
    const at::Device device = torchDevice(job);
    if (device.is_cpu()) return {};
    if (!substitute())
        if (auto loaded = loadCudaHalf(job.text("device")); !loaded) return loaded;
    auto ops = openCudaOps(device.index(), device);
    if (!ops) {
        warn(fmt::format(
            "--device {}: Boolean layers work by LibTorch's own operators, which is slower and takes "
            "more memory: {}",
            job.text("device"), ops.error().message));
        setLayerOps(device, plainOps(device));
        return {};
    }
    setLayerOps(device, std::move(*ops));
    return {};
}

void substituteCudaDevice(std::optional<at::Device> device)
{
    substitute() = device;
}

} // namespace boolab
