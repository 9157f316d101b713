// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/bool_gemm.h"

#include "kernels/cuda/explain.h"
#include "kernels/cuda/gemm_ops.h"
#include "kernels/cuda/packed_layer.h"

namespace boolab::kernels::cuda
{

struct BoolGemm::Impl {
    Device device;
    DeviceBuffer<uint4> fragments;
    DeviceBuffer<DeviceRow> rows;
    DeviceBuffer<DeviceOutlier> outliers;

    bool hasBits() const { return device.major < 10; }
    bool asBits(std::int64_t T, GemmPath path) const
    {
        return path != GemmPath::Bytes && hasBits() && T <= kMostBitTokens;
    }

    void run(const DevicePackedLayer& layer, const float* x, std::int64_t T, float* y, bool bits,
             cudaStream_t stream)
    {
        const std::int64_t count = layer.K * T;
        const DeviceActivations activations{
            fragments.reserve(count * fragment_blocks(layer.N) * kFragmentLanes), rows.reserve(count),
            outliers.reserve(count * most_outliers(layer.N))};
        if (count > 0) quantize_tokens(layer, x, T, bits, activations, stream);
        multiply_tokens(layer, activations, T, bits, y, stream);
        check(cudaGetLastError(), "starting bool_gemm");
    }
};

Outcome<std::unique_ptr<BoolGemm>> BoolGemm::open(int index)
{
    auto device = find_device(index);
    if (!device) return std::unexpected(device.error());
    auto impl = std::make_unique<Impl>();
    impl->device = std::move(*device);
    return std::unique_ptr<BoolGemm>(new BoolGemm(std::move(impl)));
}

BoolGemm::BoolGemm(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
BoolGemm::~BoolGemm() = default;

const Device& BoolGemm::device() const
{
    return m_impl->device;
}

bool BoolGemm::hasBits() const
{
    return m_impl->hasBits();
}

Outcome<void> BoolGemm::run(const PackedLayer& layer, const float* x, std::int64_t T, float* y, void* stream,
                            GemmPath path)
{
    const DevicePackedLayer& view = layer.impl().view;
    if (T == 0 || view.M == 0) return {};
    const auto rowBytes = std::int64_t(sizeof(DeviceRow)) +
                          most_outliers(view.N) * std::int64_t(sizeof(DeviceOutlier)) +
                          fragment_blocks(view.N) * kFragmentBytes;
    const std::int64_t needed = view.K * T * rowBytes;
    const auto what = [&] {
        return "a layer " + shape_text(view.K, view.M, view.N) + " and " + std::to_string(T) + " tokens";
    };
    return on_device(m_impl->device, what, needed, [&] {
        m_impl->run(view, x, T, y, m_impl->asBits(T, path), static_cast<cudaStream_t>(stream));
    });
}

} // namespace boolab::kernels::cuda
