// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/convert/convert_by_weights.h"
#include "kernels/cuda/converter.h"

#include <memory>

namespace boolab
{

/// svid, refined and calibrated on the device that a job names; the results are equal bit for bit. Copies
/// share the device's memory. One thread at a time.
class WeightConverter
{
public:
    /// `device` as in --device; Unsupported where it cannot be used.
    static Result<WeightConverter> create(const WeightMethod& method, const std::string& device);

    /// As convertByWeights.
    Result<ConvertedLayer> convert(const LinearLayerInfo& info, const float* weight, std::int64_t K,
                                   const float* columnWeights = nullptr) const;
    /// "cpu", or "cuda:0 NVIDIA H100".
    std::string deviceName() const;

private:
    WeightMethod m_method;
    std::string m_device;
    std::shared_ptr<kernels::cuda::Converter> m_cuda; ///< null: the CPU
};

} // namespace boolab
