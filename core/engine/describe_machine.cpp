// SPDX-License-Identifier: Apache-2.0
#include "core/engine/describe_machine.h"

#include "core/base/cpu_name.h"
#include "core/base/system_info.h"
#include "kernels/cuda/devices.h"
#include "kernels/isa.h"

#include <fmt/format.h>

namespace boolab
{

Result<nlohmann::json> describeMachine()
{
    nlohmann::json machine = {{"cpu", cpuName()},
                              {"threads", physicalThreads()},
                              {"isa", kernels::active_isa()},
                              {"isas", kernels::supported_isas()},
                              {"memory_bytes", totalMemoryBytes()},
                              {"available_memory_bytes", availableMemoryBytes()},
                              {"gpus", nlohmann::json::array()}};
    const auto devices = kernels::cuda::list_devices();
    if (!devices) {
        machine["gpu_problem"] = devices.error().message;
        return machine;
    }
    for (const auto& device : *devices)
        machine["gpus"].push_back({{"device", fmt::format("cuda:{}", device.index)},
                                   {"name", device.name},
                                   {"compute_capability", fmt::format("{}.{}", device.major, device.minor)},
                                   {"memory_bytes", device.memoryBytes}});
    return machine;
}

} // namespace boolab
