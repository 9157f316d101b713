// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/bool_optimizer.h"

#include <ATen/Parallel.h>

namespace boolab
{

namespace
{

std::vector<std::int64_t> trainedIndices(TrainedKernels trained, std::int64_t K)
{
    switch (trained) {
    case TrainedKernels::None:
        return {};
    case TrainedKernels::First:
        return {0};
    case TrainedKernels::Last:
        return {K - 1};
    case TrainedKernels::All:
        break;
    }
    std::vector<std::int64_t> all;
    for (std::int64_t k = 0; k < K; ++k)
        all.push_back(k);
    return all;
}

} // namespace

BoolOptimizer::BoolOptimizer(std::vector<std::shared_ptr<BooleanLayer>> layers, BoolOptimizerConfig config)
    : m_layers(std::move(layers)), m_states(m_layers.size()), m_flips(m_layers.size(), 0), m_config(config)
{
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        BooleanLayer& layer = *m_layers[i];
        const std::int64_t M = layer.outFeatures(), N = layer.inFeatures();
        for (const std::int64_t k : trainedIndices(m_config.trained, layer.kernelCount())) {
            m_states[i].kernels.push_back({k, at::zeros({M, N}, at::kBFloat16), at::zeros({M}, at::kFloat),
                                           at::zeros({N}, at::kFloat)});
            m_trainedWeights += M * N;
        }
        if (!m_states[i].kernels.empty())
            layer.setGradientSink(
                [this, i](BooleanLayer&, const at::Tensor& gradient) { receive(i, gradient); });
    }
}

BoolOptimizer::~BoolOptimizer()
{
    for (const auto& layer : m_layers)
        layer->setGradientSink({});
}

void BoolOptimizer::beginStep(std::int64_t step, double schedule, std::int64_t microBatches)
{
    m_step = step;
    m_schedule = schedule;
    m_microBatches = microBatches;
    std::fill(m_flips.begin(), m_flips.end(), 0);
}

void BoolOptimizer::receive(std::size_t index, const at::Tensor& gradWeight)
{
    if (m_microBatches == 1) return flip(index, gradWeight);
    at::Tensor& sum = m_states[index].gradient;
    if (sum.defined())
        sum.add_(gradWeight);
    else
        sum = gradWeight.clone();
}

const std::vector<std::int64_t>& BoolOptimizer::endStep()
{
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        if (!m_states[i].gradient.defined()) continue;
        flip(i, m_states[i].gradient);
        m_states[i].gradient.reset();
    }
    return m_flips;
}

void BoolOptimizer::flip(std::size_t index, const at::Tensor& gradWeight)
{
    const kernels::BoolKernels view = m_layers[index]->view();
    for (KernelState& state : m_states[index].kernels) {
        const kernels::FlipConfig config{
            .beta = static_cast<float>(m_config.beta),
            .threshold = static_cast<float>(m_config.threshold),
            .cap = m_config.cap * m_schedule,
            .flipsAllowed = m_step > m_config.waitSteps,
            .step = m_step,
            // Layers and kernels must not share a stream of rounding bits.
            .seed = m_config.seed +
                    0x9E3779B97F4A7C15ULL * (index * 64 + static_cast<std::uint64_t>(state.kernel) + 1),
        };
        const kernels::FlipState pointers{
            .momentum = static_cast<std::uint16_t*>(state.momentum.mutable_data_ptr()),
            .rowMoment = state.rowMoment.mutable_data_ptr<float>(),
            .columnMoment = state.columnMoment.mutable_data_ptr<float>(),
        };
        m_flips[index] += kernels::flip_step(view, state.kernel, gradWeight.const_data_ptr<float>(), config,
                                             pointers, at::get_num_threads());
    }
}

std::int64_t BoolOptimizer::stateBytes() const
{
    std::int64_t bytes = 0;
    for (const at::Tensor& tensor : state())
        bytes += static_cast<std::int64_t>(tensor.nbytes());
    return bytes;
}

std::vector<at::Tensor> BoolOptimizer::state() const
{
    std::vector<at::Tensor> tensors;
    for (const LayerState& layer : m_states)
        for (const KernelState& state : layer.kernels)
            tensors.insert(tensors.end(), {state.momentum, state.rowMoment, state.columnMoment});
    return tensors;
}

} // namespace boolab
