// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/boolean_layer.h"
#include "core/boolean/kernel_rule.h"
#include "core/cluster/gradient_exchange.h"

#include <memory>
#include <optional>
#include <vector>

namespace boolab
{

/// Bits of one kernel that changed at a step.
struct KernelFlips {
    std::size_t layer = 0; ///< index among the optimizer's layers
    std::int64_t kernel = 0;
    std::vector<std::int64_t> places; ///< i * in + j
};

/// Bits of one kernel: which of them ever flipped.
struct KernelMask {
    std::size_t layer = 0; ///< index among the optimizer's layers
    std::int64_t kernel = 0;
    at::Tensor bits; ///< (out, ceil(in/8)) uint8 in the host's memory, packed as the kernel's
};

/// Trains Booleans by a rule. It registers itself as the layers' gradient sink: a layer's dL/dW goes into the
/// rule's state as soon as it is known, micro-batch by micro-batch, and is dropped; flips are decided at the
/// step's last. With several ranks, or exactAccumulation, a step's micro-batches are added up in float32
/// first, and the dL/dW of all ranks with the last one, so they flip the same bits. What lives across steps
/// is the rule's: of the default one bfloat16 momentum per trained Boolean and out + in floats per trained
/// kernel. Beside it a bit per trained Boolean tells which ever flipped.
class BoolOptimizer
{
public:
    /// `exchange`: with the other ranks; null where there are none. It outlives this.
    BoolOptimizer(std::vector<std::shared_ptr<BooleanLayer>> layers, BoolOptimizerConfig config,
                  GradientExchange* exchange = nullptr);
    ~BoolOptimizer();

    /// Before the first micro-batch of step t (from 1): `schedule` in [0, 1] scales rates, `cap` is the share
    /// of a layer's bits that may flip now.
    void beginStep(std::int64_t step, double schedule, double cap, std::int64_t microBatches);
    /// Flips per layer of this step, after its last micro-batch.
    const std::vector<std::int64_t>& flips() const { return m_flips; }
    /// What flipped at the last step.
    const std::vector<KernelFlips>& lastFlips() const { return m_lastFlips; }
    /// Before a step: what it takes to undo it is kept until the next (as much as stateBytes()).
    void keepUndo(bool keep) { m_keepsUndo = keep; }
    /// Bits and state as they were at beginStep(), also in the middle of a step.
    void undoStep();
    /// Flips those bits of the last step back (or again).
    void toggle(const std::vector<KernelFlips>& flips);
    /// What ever flipped, since this optimizer began or restoreEverFlipped() told; flips that were taken back
    /// within their step do not count. Not in the middle of a step.
    const std::vector<KernelMask>& everFlipped();
    /// The masks' tensors in the order of everFlipped(), for checkpoints.
    std::vector<at::Tensor> everFlippedBits();
    /// As they were saved; false, and nothing changed, where they are of other kernels.
    bool restoreEverFlipped(const std::vector<at::Tensor>& saved);
    /// Estimated norm of the signal Q of all trained Booleans, by the rules' own moments: nothing is read
    /// again. 0 before the first step.
    double signalNorm() const;
    /// bool_lr times the schedule of this step, for the rules that read it; nullopt: this one does not.
    std::optional<double> learningRate() const;

    BoolOptimizerConfig& config() { return m_config; } ///< what may change between steps
    const BoolOptimizerConfig& config() const { return m_config; }
    std::int64_t trainedWeights() const { return m_trainedWeights; }
    std::int64_t stateBytes() const;
    /// All state tensors in a fixed order, for checkpoints: layer by layer, kernel by kernel.
    std::vector<at::Tensor> state() const;

private:
    struct TrainedKernel {
        std::int64_t kernel = 0;
        std::unique_ptr<KernelRule> rule;
        std::vector<at::Tensor> before; ///< the rule's state, where this step may be undone
    };
    struct LayerState {
        std::vector<TrainedKernel> kernels;
        at::Tensor gradient;       ///< (out, in), only between micro-batches that are added up
        std::int64_t received = 0; ///< micro-batches of this step
    };

    void receive(std::size_t index, const at::Tensor& gradWeight);
    void update(std::size_t index, const at::Tensor& gradWeight, std::int64_t part, std::int64_t parts);
    std::uint64_t seedOf(std::size_t index, std::int64_t kernel) const;
    /// The last step's flips stay: from now on they count as such.
    void rememberFlips();

    std::vector<std::shared_ptr<BooleanLayer>> m_layers;
    std::vector<LayerState> m_states;
    std::vector<std::int64_t> m_flips;
    std::vector<KernelFlips> m_lastFlips;
    bool m_flipsStand = true; ///< false: the last step's were toggled back
    std::vector<KernelMask> m_everFlipped;
    BoolOptimizerConfig m_config;
    GradientExchange* m_exchange = nullptr;
    bool m_keepsUndo = false;
    std::int64_t m_trainedWeights = 0;
    std::int64_t m_step = 0, m_microBatches = 1;
    double m_schedule = 1.0, m_cap = 0;
};

} // namespace boolab
