// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/packed_layer.h"

#include <bit>
#include <vector>

#include "kernels/cuda/explain.h"

namespace boolab::kernels::cuda
{

namespace
{

/// The layout of kernels/cuda/packed_layout.h; `ones` (K, M).
std::vector<std::uint8_t> pack_fragments(const BoolKernels& layer, std::vector<std::uint32_t>& ones)
{
    const std::int64_t K = layer.K, M = layer.M, N = layer.N;
    std::vector<std::uint8_t> bits(
        static_cast<std::size_t>(fragment_tiles(M) * K * fragment_blocks(N) * kFragmentBytes));
    ones.assign(static_cast<std::size_t>(K * M), 0);
    for (std::int64_t k = 0; k < K; ++k)
        for (std::int64_t i = 0; i < M; ++i)
            for (std::int64_t byte = 0; byte < row_bytes(N); ++byte) {
                const std::uint8_t value = layer.row(k, i)[byte];
                bits[static_cast<std::size_t>(fragment_place(K, N, k, i, byte))] = value;
                ones[static_cast<std::size_t>(k * M + i)] += static_cast<std::uint32_t>(std::popcount(value));
            }
    return bits;
}

} // namespace

Outcome<PackedLayer> PackedLayer::upload(const Device& device, const BoolKernels& layer)
{
    const std::int64_t K = layer.K, M = layer.M, N = layer.N;
    const auto what = [=] { return "a layer " + shape_text(K, M, N); };
    if (K > kMaxPackedKernels) return too_many_kernels(device, what());
    std::vector<std::uint32_t> ones;
    const std::vector<std::uint8_t> bits = pack_fragments(layer, ones);
    auto impl = std::make_unique<Impl>();
    const auto done = on_device(device, what, std::int64_t(bits.size()), [&] {
        impl->view = {K,
                      M,
                      N,
                      impl->bits.reserve(std::int64_t(bits.size() / sizeof(uint4))),
                      impl->ones.reserve(K * M),
                      impl->scaleOut.reserve(K * M),
                      impl->scaleIn.reserve(K * N)};
        const Stream stream;
        copy(reinterpret_cast<std::uint8_t*>(impl->bits.data()), bits.data(), std::int64_t(bits.size()),
             cudaMemcpyHostToDevice, stream);
        copy(impl->ones.data(), ones.data(), K * M, cudaMemcpyHostToDevice, stream);
        copy(impl->scaleOut.data(), static_cast<const float*>(layer.scaleOut), K * M, cudaMemcpyHostToDevice,
             stream);
        copy(impl->scaleIn.data(), static_cast<const float*>(layer.scaleIn), K * N, cudaMemcpyHostToDevice,
             stream);
        stream.wait();
    });
    if (!done) return std::unexpected(done.error());
    return PackedLayer(std::move(impl));
}

PackedLayer::PackedLayer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
PackedLayer::PackedLayer(PackedLayer&&) noexcept = default;
PackedLayer& PackedLayer::operator=(PackedLayer&&) noexcept = default;
PackedLayer::~PackedLayer() = default;

} // namespace boolab::kernels::cuda
