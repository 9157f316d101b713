// SPDX-License-Identifier: Apache-2.0
#include "core/engine/device.h"

#include "core/base/system_info.h"
#include "core/engine/run_job.h"
#include "kernels/isa.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/version.h>

namespace boolab
{

LoadOptions loadOptions(const Job& job, bool frozen)
{
    const std::string dtype = job.text("dtype");
    const bool narrow = dtype == "bfloat16" || (dtype == "auto" && cpuHasBfloat16());
    return {.dtype = narrow ? at::kBFloat16 : at::kFloat, .device = at::kCPU, .frozen = frozen};
}

std::string dtypeName(at::ScalarType dtype)
{
    return dtype == at::kBFloat16 ? "bfloat16" : "float32";
}

Status configureEngine(const std::string& device, int threads)
{
    if (device != "cpu")
        return fail(ErrorCode::Unsupported,
                    fmt::format("--device {}: this build computes on the CPU only", device),
                    "Use --device cpu. The Boolean ops for NVIDIA GPUs are not part of this version.");
    if (auto isa = kernels::force_isa(""); !isa)
        return fail(ErrorCode::Usage, "BOOLAB_FORCE_ISA: " + isa.error(),
                    "Unset BOOLAB_FORCE_ISA to use the best one.");
    at::set_num_threads(threads > 0 ? threads : physicalThreads());
    return {};
}

std::string libtorchVersion()
{
    return TORCH_VERSION;
}

std::vector<std::string> availableDevices()
{
    return {"cpu"};
}

} // namespace boolab
