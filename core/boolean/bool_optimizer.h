// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/boolean_layer.h"
#include "core/boolean/kernel_rule.h"

#include <memory>
#include <vector>

namespace boolab
{

/// Bits of one kernel that changed at a step.
struct KernelFlips {
    std::size_t layer = 0; ///< index among the optimizer's layers
    std::int64_t kernel = 0;
    std::vector<std::int64_t> places; ///< i * in + j
};

/// Trains Booleans by a rule. It registers itself as the layers' gradient sink: with one micro-batch per step
/// a layer's flips are decided as soon as its dL/dW is known and dL/dW is dropped; with more it holds the
/// running sum of dL/dW (float32) until endStep(). What lives across steps is the rule's: of the default one
/// bfloat16 momentum per trained Boolean and out + in floats per trained kernel.
class BoolOptimizer
{
public:
    BoolOptimizer(std::vector<std::shared_ptr<BooleanLayer>> layers, BoolOptimizerConfig config);
    ~BoolOptimizer();

    /// Before the first micro-batch of step t (from 1): `schedule` in [0, 1] scales rates, `cap` is the share
    /// of a layer's bits that may flip now.
    void beginStep(std::int64_t step, double schedule, double cap, std::int64_t microBatches);
    /// After the last micro-batch; flips per layer of this step.
    const std::vector<std::int64_t>& endStep();
    /// What flipped at the last step.
    const std::vector<KernelFlips>& lastFlips() const { return m_lastFlips; }
    /// Flips those bits back (or again).
    void toggle(const std::vector<KernelFlips>& flips);

    BoolOptimizerConfig& config() { return m_config; } ///< what may change between steps
    std::int64_t trainedWeights() const { return m_trainedWeights; }
    std::int64_t stateBytes() const;
    /// All state tensors in a fixed order, for checkpoints: layer by layer, kernel by kernel.
    std::vector<at::Tensor> state() const;

private:
    struct TrainedKernel {
        std::int64_t kernel = 0;
        std::unique_ptr<KernelRule> rule;
    };
    struct LayerState {
        std::vector<TrainedKernel> kernels;
        at::Tensor gradient; ///< (out, in), only between micro-batches
    };

    void receive(std::size_t index, const at::Tensor& gradWeight);
    void flip(std::size_t index, const at::Tensor& gradWeight);

    std::vector<std::shared_ptr<BooleanLayer>> m_layers;
    std::vector<LayerState> m_states;
    std::vector<std::int64_t> m_flips;
    std::vector<KernelFlips> m_lastFlips;
    BoolOptimizerConfig m_config;
    std::int64_t m_trainedWeights = 0;
    std::int64_t m_step = 0, m_microBatches = 1;
    double m_schedule = 1.0, m_cap = 0;
};

} // namespace boolab
