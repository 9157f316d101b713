// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/boolean_layer.h"
#include "kernels/flip_step.h"

#include <memory>
#include <vector>

namespace boolab
{

/// Which kernels' Booleans are trained (the paper found the last one best).
enum class TrainedKernels { None, Last, First, All };

struct BoolOptimizerConfig {
    TrainedKernels trained = TrainedKernels::Last;
    double beta = 0.99;
    double threshold = 4.0; ///< z, in standard deviations of the accumulated signal's own noise
    double cap = 3e-5;      ///< at most this share of a layer's weights flips per step, times the schedule
    std::int64_t waitSteps = 20; ///< steps before the first flip
    std::uint64_t seed = 0;
};

/// Trains Booleans natively by the noise-unit rule (method.md section 6; BOLD, arXiv 2405.16339). It
/// registers itself as the layers' gradient sink: with one micro-batch per step a layer's flips are decided
/// as soon as its dL/dW is known and dL/dW is dropped; with more it holds the running sum of dL/dW (float32)
/// until endStep(). State that lives across steps: one bfloat16 momentum per trained Boolean and out + in
/// floats per trained kernel.
class BoolOptimizer
{
public:
    BoolOptimizer(std::vector<std::shared_ptr<BooleanLayer>> layers, BoolOptimizerConfig config);
    ~BoolOptimizer();

    /// Before the first micro-batch of step t (from 1): `schedule` in [0, 1] scales the cap.
    void beginStep(std::int64_t step, double schedule, std::int64_t microBatches);
    /// After the last micro-batch; flips per layer of this step.
    const std::vector<std::int64_t>& endStep();

    std::int64_t trainedWeights() const { return m_trainedWeights; }
    std::int64_t stateBytes() const;
    /// All state tensors in a fixed order, for checkpoints: momentum, row moments, column moments per trained
    /// kernel.
    std::vector<at::Tensor> state() const;

private:
    struct KernelState {
        std::int64_t kernel = 0;
        at::Tensor momentum;     ///< (out, in) bfloat16
        at::Tensor rowMoment;    ///< (out)
        at::Tensor columnMoment; ///< (in)
    };
    struct LayerState {
        std::vector<KernelState> kernels;
        at::Tensor gradient; ///< (out, in), only between micro-batches
    };

    void receive(std::size_t index, const at::Tensor& gradWeight);
    void flip(std::size_t index, const at::Tensor& gradWeight);

    std::vector<std::shared_ptr<BooleanLayer>> m_layers;
    std::vector<LayerState> m_states;
    std::vector<std::int64_t> m_flips;
    BoolOptimizerConfig m_config;
    std::int64_t m_trainedWeights = 0;
    std::int64_t m_step = 0, m_microBatches = 1;
    double m_schedule = 1.0;
};

} // namespace boolab
