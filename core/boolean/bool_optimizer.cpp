// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/bool_optimizer.h"

#include "core/boolean/kernel_signs.h"

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
        for (const std::int64_t k : trainedIndices(m_config.trained, layer.kernelCount())) {
            m_states[i].kernels.push_back({k, makeKernelRule(m_config.rule, layer.view(), k)});
            m_trainedWeights += layer.outFeatures() * layer.inFeatures();
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

void BoolOptimizer::beginStep(std::int64_t step, double schedule, double cap, std::int64_t microBatches)
{
    m_step = step;
    m_schedule = schedule;
    m_cap = cap;
    m_microBatches = microBatches;
    std::fill(m_flips.begin(), m_flips.end(), 0);
    for (LayerState& layer : m_states)
        layer.received = 0;
    m_lastFlips.clear();
}

void BoolOptimizer::receive(std::size_t index, const at::Tensor& gradWeight)
{
    const kernels::BoolKernels view = m_layers[index]->view();
    for (TrainedKernel& trained : m_states[index].kernels) {
        const RuleStep step{
            .step = m_step,
            .part = m_states[index].received,
            .parts = m_microBatches,
            .schedule = m_schedule,
            .cap = m_cap,
            .mayFlip = m_step > m_config.waitSteps,
            // Layers and kernels must not share a stream of rounding bits.
            .seed = m_config.seed +
                    0x9E3779B97F4A7C15ULL * (index * 64 + static_cast<std::uint64_t>(trained.kernel) + 1),
        };
        KernelFlips flips{index, trained.kernel, {}};
        trained.rule->update(view, trained.kernel, gradWeight, m_config, step, flips.places);
        m_flips[index] += static_cast<std::int64_t>(flips.places.size());
        if (!flips.places.empty()) m_lastFlips.push_back(std::move(flips));
    }
    ++m_states[index].received;
}

void BoolOptimizer::toggle(const std::vector<KernelFlips>& flips)
{
    for (const KernelFlips& kernel : flips)
        toggleBits(m_layers[kernel.layer]->view(), kernel.kernel, kernel.places);
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
        for (const TrainedKernel& trained : layer.kernels)
            for (const at::Tensor& tensor : trained.rule->state())
                tensors.push_back(tensor);
    return tensors;
}

} // namespace boolab
