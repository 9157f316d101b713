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

/// Trains Booleans by a rule. It registers itself as the layers' gradient sink: a layer's dL/dW goes into the
/// rule's state as soon as it is known, micro-batch by micro-batch, and is dropped; flips are decided at the
/// step's last. What lives across steps is the rule's: of the default one bfloat16 momentum per trained
/// Boolean and out + in floats per trained kernel.
class BoolOptimizer
{
public:
    BoolOptimizer(std::vector<std::shared_ptr<BooleanLayer>> layers, BoolOptimizerConfig config);
    ~BoolOptimizer();

    /// Before the first micro-batch of step t (from 1): `schedule` in [0, 1] scales rates, `cap` is the share
    /// of a layer's bits that may flip now.
    void beginStep(std::int64_t step, double schedule, double cap, std::int64_t microBatches);
    /// Flips per layer of this step, after its last micro-batch.
    const std::vector<std::int64_t>& flips() const { return m_flips; }
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
        std::int64_t received = 0; ///< micro-batches of this step
    };

    void receive(std::size_t index, const at::Tensor& gradWeight);

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
