// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace boolab
{

/// How busy an NVIDIA GPU is, whoever keeps it busy; asked of the driver's management library (NVML), which
/// is loaded when it is first needed.
class GpuLoad
{
public:
    struct Reading {
        double load = 0;              ///< share of the last sample period in which a kernel ran
        std::int64_t memoryBytes = 0; ///< in use
    };

    /// Of the device that "cuda" or "cuda:N" names. Null for another device, and where NVML is not there. N
    /// counts as the driver does, by PCI bus, within CUDA_VISIBLE_DEVICES where that holds numbers; with GPUs
    /// of several kinds CUDA agrees only under CUDA_DEVICE_ORDER=PCI_BUS_ID.
    static std::unique_ptr<GpuLoad> open(const std::string& device);

    virtual ~GpuLoad() = default;
    virtual std::optional<Reading> read() const = 0;
};

} // namespace boolab
