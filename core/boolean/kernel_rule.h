// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/bool_kernels.h"

#include <cstdint>
#include <memory>
#include <torch/types.h>
#include <vector>

namespace boolab
{

/// Which kernels' Booleans are trained (the paper found the last one best).
enum class TrainedKernels { None, Last, First, All };

/// How bits follow their signal Q = dL/dW * (scaleOut scaleIn^T).
enum class BoolRule {
    Noise,  ///< ours: flips where the accumulated signal is z times its own noise (method.md, section 6)
    Bold,   ///< as published: BOLD, arXiv 2405.16339, section 3
    Latent, ///< not native: a full-precision latent weight per bit, straight-through, Adam (arXiv 2402.11295)
};

struct BoolOptimizerConfig {
    TrainedKernels trained = TrainedKernels::Last;
    BoolRule rule = BoolRule::Noise;
    double beta = 0.99;
    double threshold = 2.5; ///< z, in standard deviations of the accumulated signal's own noise
    double clip = 2.0; ///< c: what a micro-batch says of a bit counts at most so many standard deviations
    double cap = 2e-3; ///< at most this share of a layer's weights flips per step, times the schedule
    std::int64_t waitSteps = 25; ///< steps before the first flip
    /// A step's micro-batches are added up in float32 before the rule sees them, as several ranks do: 4 bytes
    /// per weight between micro-batches.
    bool exactAccumulation = false;
    double learningRate = 5e-3; ///< eta of BOLD, Adam's rate of the latent weights
    std::uint64_t seed = 0;
};

/// One step as a rule sees it.
struct RuleStep {
    std::int64_t step = 1;  ///< from 1
    std::int64_t part = 0;  ///< which of the step's micro-batches the gradient is of, from 0
    std::int64_t parts = 1; ///< micro-batches per step
    double schedule = 1;    ///< of the learning rates, in [0, 1]
    double cap = 0;         ///< largest share that may flip now
    bool mayFlip = true;    ///< false: signals are gathered, bits stay. Bits flip at the last part only
    std::uint64_t seed = 0; ///< of this layer and kernel

    bool first() const { return part == 0; }
    bool last() const { return part + 1 == parts; }
};

/// The trained bits of one Boolean kernel and what is remembered of their signal.
class KernelRule
{
public:
    virtual ~KernelRule() = default;

    /// gradWeight: dL/dW (out, in) float32, of one micro-batch; L of a step is the sum over its
    /// micro-batches. Toggles bits of kernel k of `layer`; the places i * in + j of those are appended to
    /// `flipped`. A gradient that is not finite changes nothing.
    virtual void update(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& gradWeight,
                        const BoolOptimizerConfig& config, const RuleStep& step,
                        std::vector<std::int64_t>& flipped) = 0;
    /// Sum of the squares of a step's Q, as the rule's own moments have it; `parts`: the gradients that it
    /// gets of a step. They are taken as independent where their sum is not formed.
    virtual double signalSquare(std::int64_t parts) const = 0;
    /// All that lives across steps, in a fixed order, for checkpoints.
    virtual std::vector<at::Tensor> state() const = 0;
};

/// Rule of kernel k of `layer`, whose bits are the start and whose memory is that of `device`.
std::unique_ptr<KernelRule> makeKernelRule(BoolRule rule, const kernels::BoolKernels& layer, std::int64_t k,
                                           const at::Device& device);

} // namespace boolab
