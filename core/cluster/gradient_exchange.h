// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <torch/types.h>

namespace boolab
{

/// How the processes ("ranks") that train one model add up what each has learned from its share of a step's
/// batch. All ranks make the same calls in the same order, and all get the same bits. Throws RankLost.
class GradientExchange
{
public:
    virtual ~GradientExchange() = default;

    virtual int rank() const = 0;
    virtual int size() const = 0;
    /// values (any shape; float32 or float64) becomes ((rank 0 + rank 1) + rank 2) + …, exactly, on every
    /// rank.
    virtual void sum(at::Tensor& values) = 0;
    /// The sum of a dL/dW (out, in) float32 in as many bits per number as the run asks for; `seed` rounds the
    /// narrow ones.
    virtual at::Tensor sumSignal(const at::Tensor& gradWeight, std::uint64_t seed) = 0;
};

} // namespace boolab
