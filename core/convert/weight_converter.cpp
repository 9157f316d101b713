// SPDX-License-Identifier: Apache-2.0
#include "core/convert/weight_converter.h"

#include "core/convert/cuda_convert_check.h"
#include "core/engine/cuda_device.h"

#include <fmt/format.h>

namespace boolab
{

Result<WeightConverter> WeightConverter::create(const WeightMethod& method, const std::string& device,
                                                const Warn& warn)
{
    WeightConverter converter;
    converter.m_method = method;
    const auto index = cudaIndex(device);
    if (!index) return converter;
    auto opened = kernels::cuda::Converter::open(*index);
    if (!opened) return std::unexpected(cudaError(device, opened.error()));
    if (auto same = checkCudaConverter(**opened); !same) {
        Error error = cudaError(device, same.error());
        if (!warn) return std::unexpected(std::move(error));
        warn(fmt::format("layers are converted on the CPU: {}\n{}", error.message, error.hint));
        return converter;
    }
    converter.m_device = device;
    converter.m_cuda = std::move(*opened);
    return converter;
}

Result<ConvertedLayer> WeightConverter::convert(const LinearLayerInfo& info, const float* weight,
                                                std::int64_t K, const float* columnWeights) const
{
    if (!m_cuda) return convertByWeights(info, weight, K, m_method, columnWeights);
    ConvertedLayer layer(info, K);
    const auto done = m_method.alternates
                          ? m_cuda->refine(weight, columnWeights, {.maxRounds = m_method.rounds},
                                           layer.view(), layer.errors.data())
                          : m_cuda->svid(weight, layer.view(), layer.errors.data());
    if (done) return layer;
    Error error = cudaError(m_device, done.error());
    error.message = fmt::format("{}: {}", info.name, error.message);
    return std::unexpected(std::move(error));
}

std::string WeightConverter::deviceName() const
{
    return m_cuda ? fmt::format("cuda:{} {}", m_cuda->device().index, m_cuda->device().name) : "cpu";
}

} // namespace boolab
