// SPDX-License-Identifier: Apache-2.0
#include "core/engine/device.h"

#include "core/base/instruction_set.h"
#include "core/base/system_info.h"
#include "core/engine/cuda_device.h"
#include "core/engine/run_job.h"
#include "core/engine/torch_device.h"
#include "core/jobs/job_device.h"
#include "kernels/cuda/devices.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/version.h>

namespace boolab
{

LoadOptions loadOptions(const Job& job, bool frozen)
{
    const std::string dtype = job.text("dtype");
    const at::Device device = torchDevice(job);
    const bool native = device.is_cpu() ? cpuHasBfloat16() : true; // all devices that the ops support
    const bool narrow = dtype == "bfloat16" || (dtype == "auto" && native);
    return {.dtype = narrow ? at::kBFloat16 : at::kFloat, .device = device, .frozen = frozen};
}

std::string dtypeName(at::ScalarType dtype)
{
    return dtype == at::kBFloat16 ? "bfloat16" : "float32";
}

Status configureEngine(const std::string& device, int threads)
{
    if (const auto index = cudaIndex(device))
        if (auto found = kernels::cuda::find_device(*index); !found)
            return std::unexpected(cudaError(device, found.error()));
    if (auto isa = chooseInstructionSet(); !isa) return isa;
    at::set_num_threads(threads > 0 ? threads : physicalThreads());
    return {};
}

std::optional<std::int64_t> deviceMemoryBytes(const Job& job)
{
    const auto index = tensorsOnDevice(job) ? cudaIndex(job.text("device")) : std::nullopt;
    if (!index) return std::nullopt;
    const auto found = kernels::cuda::find_device(*index);
    if (!found) return std::nullopt;
    return found->memoryBytes;
}

std::string libtorchVersion()
{
    return TORCH_VERSION;
}

} // namespace boolab
