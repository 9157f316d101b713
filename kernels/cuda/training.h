// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/bool_kernels.h"
#include "kernels/cuda/devices.h"
#include "kernels/flip_step.h"

namespace boolab::kernels::cuda
{

/// What training takes from G = dL/dW on one CUDA device: scale gradients and the flip step, equal bit for
/// bit to kernels::scale_gradient and kernels::flip_step (but for which NaN a NaN of a gradient is). All
/// pointers lead into the device's memory. G is read twice: once for the scale gradients and the sums that
/// the moments are made of, and once for the momentum, whose unit the moments are; so less is not possible.
/// Every further trained kernel reads it once more. Keeps device memory, at most about 6 + K / 8 bytes per
/// weight of the largest layer where bits may flip, and reuses it: one thread and one stream at a time.
class TrainingOps
{
public:
    /// Fails where the device cannot be used.
    static Outcome<std::unique_ptr<TrainingOps>> open(int index);
    ~TrainingOps();
    TrainingOps(const TrainingOps&) = delete;
    TrainingOps& operator=(const TrainingOps&) = delete;

    const Device& device() const;
    /// Reads G (M, N): starts on `stream` (a cudaStream_t, null: the default stream) kernels::scale_gradient,
    /// which adds to gradScaleOut (K, M) and gradScaleIn (K, N), both null where none are wanted; keeps for
    /// flip() the sums of Q^2 of every kernel k whose bit k is set in `trained`. K up to 8.
    Outcome<void> read(const BoolKernels& layer, const float* G, float* gradScaleOut, float* gradScaleIn,
                       unsigned trained, void* stream);
    /// kernels::flip_step of kernel k, which the last read() was told of, of the same layer and G. Returns
    /// the number of flips; waits for the device where bits may flip, else starts and returns 0.
    /// state.flipped stays in host memory; places are appended in ascending order. M N up to 2^32 - 1.
    Outcome<std::int64_t> flip(const BoolKernels& layer, std::int64_t k, const float* G,
                               const FlipConfig& config, const FlipState& state, void* stream);

private:
    struct Impl;
    explicit TrainingOps(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab::kernels::cuda
