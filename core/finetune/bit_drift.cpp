// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/bit_drift.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace boolab
{

namespace
{

std::int64_t differingBits(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes)
{
    std::int64_t count = 0;
    std::size_t i = 0;
    for (; i + sizeof(std::uint64_t) <= bytes; i += sizeof(std::uint64_t)) {
        std::uint64_t x = 0, y = 0;
        std::memcpy(&x, a + i, sizeof(x));
        std::memcpy(&y, b + i, sizeof(y));
        count += std::popcount(x ^ y);
    }
    for (; i < bytes; ++i)
        count += std::popcount(static_cast<std::uint8_t>(a[i] ^ b[i]));
    return count;
}

struct Distance {
    double change = 0, norm = 0;

    void add(const ModelFiles& files, const std::string& name, const at::Tensor& there)
    {
        const at::Tensor now = there.detach().to(at::kCPU);
        const TensorInfo* info = files.find(name);
        std::vector<float> start(static_cast<std::size_t>(now.numel()));
        if (!info || !files.readFloat32(*info, start)) return;
        const auto* values = now.const_data_ptr<float>();
        for (std::size_t i = 0; i < start.size(); ++i) {
            const double difference = static_cast<double>(values[i]) - static_cast<double>(start[i]);
            change += difference * difference;
            norm += static_cast<double>(start[i]) * static_cast<double>(start[i]);
        }
    }
};

} // namespace

Result<BitDrift> BitDrift::open(const std::filesystem::path& start)
{
    auto files = ModelFiles::open(start);
    if (!files) return std::unexpected(files.error());
    return BitDrift(std::move(*files));
}

std::int64_t BitDrift::changedBits(const LoadedModel& student) const
{
    std::int64_t count = 0;
    for (const auto& layer : student.booleanLayers) {
        const auto start = m_files.booleanLayer(layer->name());
        const at::Tensor bits = layer->bits().to(at::kCPU);
        if (start && static_cast<std::int64_t>(start->bits.size()) == bits.numel())
            count +=
                differingBits(start->bits.data(), bits.const_data_ptr<std::uint8_t>(), start->bits.size());
    }
    return count;
}

std::int64_t BitDrift::returnedBits(const LoadedModel& student, const std::vector<KernelMask>& masks) const
{
    std::int64_t count = 0;
    for (const KernelMask& mask : masks) {
        const BooleanLayer& layer = *student.booleanLayers[mask.layer];
        const auto start = m_files.booleanLayer(layer.name());
        const at::Tensor bits = layer.bits().select(0, mask.kernel).contiguous().to(at::kCPU);
        const std::int64_t first = mask.kernel * bits.numel();
        if (!start || static_cast<std::int64_t>(start->bits.size()) < first + bits.numel()) continue;
        const auto* const then = start->bits.data() + first;
        const auto* const now = bits.const_data_ptr<std::uint8_t>();
        const auto* const flipped = mask.bits.const_data_ptr<std::uint8_t>();
        for (std::int64_t i = 0; i < bits.numel(); ++i)
            count += std::popcount(static_cast<std::uint8_t>(flipped[i] & ~(then[i] ^ now[i])));
    }
    return count;
}

std::vector<float> BitDrift::scaleDrift(const LoadedModel& student) const
{
    std::vector<float> drift;
    for (const auto& layer : student.booleanLayers) {
        Distance distance;
        distance.add(m_files, layer->name() + ".scale_out", layer->scaleOut());
        distance.add(m_files, layer->name() + ".scale_in", layer->scaleIn());
        drift.push_back(distance.norm > 0 ? static_cast<float>(std::sqrt(distance.change / distance.norm))
                                          : 0.0f);
    }
    return drift;
}

} // namespace boolab
