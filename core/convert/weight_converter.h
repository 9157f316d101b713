// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/convert/convert_by_weights.h"
#include "kernels/cuda/converter.h"

#include <functional>
#include <memory>

namespace boolab
{

/// svid, refined and calibrated on the device that a job names; the results are equal bit for bit. Copies
/// share the device's memory. One thread at a time.
class WeightConverter
{
public:
    using Warn = std::function<void(const std::string&)>;

    /// `device` as in --device; Unsupported where it cannot be used. Its ops must first give the CPU's bits
    /// on a small layer (core/convert/cuda_convert_check.h): where they do not, the CPU converts and `warn`
    /// is told; without `warn` that is an error.
    static Result<WeightConverter> create(const WeightMethod& method, const std::string& device,
                                          const Warn& warn);

    /// As convertByWeights.
    Result<ConvertedLayer> convert(const LinearLayerInfo& info, const float* weight, std::int64_t K,
                                   const float* columnWeights = nullptr) const;
    /// "cpu", or "cuda:0 NVIDIA H100".
    std::string deviceName() const;

private:
    WeightMethod m_method;
    std::string m_device;                             ///< as in --device, where m_cuda is there
    std::shared_ptr<kernels::cuda::Converter> m_cuda; ///< null: the CPU
};

} // namespace boolab
