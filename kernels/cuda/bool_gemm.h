// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/bool_kernels.h"
#include "kernels/cuda/devices.h"

namespace boolab::kernels::cuda
{

/// A Boolean layer in a device's memory, uploaded once and kept as long as this lives: about K M N / 8 bytes
/// and its scales. Owns that memory; movable. Any number of threads may read it.
class PackedLayer
{
public:
    /// `layer` in host memory; K from 0 to 8. The layout: kernels/cuda/packed_layout.h.
    static Outcome<PackedLayer> upload(const Device& device, const BoolKernels& layer);
    PackedLayer(PackedLayer&&) noexcept;
    PackedLayer& operator=(PackedLayer&&) noexcept;
    ~PackedLayer();

    struct Impl;
    const Impl& impl() const { return *m_impl; }

private:
    explicit PackedLayer(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> m_impl;
};

/// Which tensor-core instructions multiply.
enum class GemmPath {
    Best,  ///< bit planes up to four tokens where the device has a unit for them, else bytes
    Bits,  ///< mma.m16n8k256 on single bits: compute capability 8.0 … 9.0, up to four tokens at a time
    Bytes, ///< mma.m16n8k32 on bytes: every device
};

/// bool_gemm (kernels/bool_gemm.h) on one device. Keeps device memory for the quantised activations and
/// reuses it: one thread and one stream at a time.
class BoolGemm
{
public:
    /// Fails where the device cannot be used.
    static Outcome<std::unique_ptr<BoolGemm>> open(int index);
    ~BoolGemm();
    BoolGemm(const BoolGemm&) = delete;
    BoolGemm& operator=(const BoolGemm&) = delete;

    const Device& device() const;
    /// Whether the device has a unit for GemmPath::Bits.
    bool hasBits() const;
    /// Starts y = W x on `stream` (a cudaStream_t, null: the default stream) and returns; x (T, N) and y
    /// (T, M) in the device's memory. Made for 1 to 16 tokens, right for any number. y equals the CPU's bit
    /// for bit, but for which NaN a NaN is. GemmPath::Bits where it is not there counts as Best.
    Outcome<void> run(const PackedLayer& layer, const float* x, std::int64_t T, float* y, void* stream,
                      GemmPath path = GemmPath::Best);

private:
    struct Impl;
    explicit BoolGemm(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab::kernels::cuda
