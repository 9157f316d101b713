// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/bool_optimizer.h"

#include "core/boolean/kernel_signs.h"
#include "core/boolean/layer_ops.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

BoolOptimizer::BoolOptimizer(std::vector<std::shared_ptr<BooleanLayer>> layers, BoolOptimizerConfig config,
                             GradientExchange* exchange)
    : m_layers(std::move(layers)), m_states(m_layers.size()), m_flips(m_layers.size(), 0), m_config(config),
      m_exchange(exchange)
{
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        BooleanLayer& layer = *m_layers[i];
        for (const std::int64_t k : trainedIndices(m_config.trained, layer.kernelCount())) {
            m_states[i].kernels.push_back(
                {k, makeKernelRule(m_config.rule, layer.view(), k, layer.bits().device()), {}});
            m_trainedWeights += layer.outFeatures() * layer.inFeatures();
            m_everFlipped.push_back(
                {i, k, at::zeros({layer.outFeatures(), kernels::row_bytes(layer.inFeatures())}, at::kByte)});
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
    rememberFlips();
    m_lastFlips.clear();
    m_flipsStand = true;
    for (LayerState& layer : m_states) {
        layer.received = 0;
        layer.gradient.reset();
        for (TrainedKernel& trained : layer.kernels)
            trained.before.clear();
    }
}

void BoolOptimizer::receive(std::size_t index, const at::Tensor& gradWeight)
{
    LayerState& layer = m_states[index];
    const std::int64_t part = layer.received++;
    if (m_exchange == nullptr && !m_config.exactAccumulation)
        return update(index, gradWeight, part, m_microBatches);
    at::Tensor sum = gradWeight;
    if (m_microBatches > 1) {
        if (layer.gradient.defined())
            layer.gradient.add_(gradWeight);
        else
            layer.gradient = gradWeight.clone();
        if (layer.received < m_microBatches) return;
        sum = std::exchange(layer.gradient, {});
    }
    // Every step rounds anew, and no layer like another.
    if (m_exchange != nullptr)
        sum = m_exchange->sumSignal(sum, seedOf(index, 0) + (static_cast<std::uint64_t>(m_step) << 40));
    layerOps(sum.device()).forgetGradient();
    update(index, sum, 0, 1);
}

std::uint64_t BoolOptimizer::seedOf(std::size_t index, std::int64_t kernel) const
{
    return m_config.seed + 0x9E3779B97F4A7C15ULL * (index * 64 + static_cast<std::uint64_t>(kernel) + 1);
}

void BoolOptimizer::update(std::size_t index, const at::Tensor& gradWeight, std::int64_t part,
                           std::int64_t parts)
{
    const kernels::BoolKernels view = m_layers[index]->view();
    for (TrainedKernel& trained : m_states[index].kernels) {
        const RuleStep step{
            .step = m_step,
            .part = part,
            .parts = parts,
            .schedule = m_schedule,
            .cap = m_cap,
            .mayFlip = m_step > m_config.waitSteps,
            .seed = seedOf(index, trained.kernel), // no stream of rounding bits serves two of them
        };
        if (m_keepsUndo && step.first())
            for (const at::Tensor& tensor : trained.rule->state())
                trained.before.push_back(tensor.clone());
        KernelFlips flips{index, trained.kernel, {}};
        trained.rule->update(view, trained.kernel, gradWeight, m_config, step, flips.places);
        m_flips[index] += static_cast<std::int64_t>(flips.places.size());
        if (!flips.places.empty()) m_lastFlips.push_back(std::move(flips));
    }
}

void BoolOptimizer::undoStep()
{
    toggle(m_lastFlips);
    m_lastFlips.clear();
    m_flipsStand = true;
    for (LayerState& layer : m_states)
        for (TrainedKernel& trained : layer.kernels) {
            const auto now = trained.rule->state();
            for (std::size_t i = 0; i < trained.before.size(); ++i)
                now[i].copy_(trained.before[i]);
            trained.before.clear();
        }
}

void BoolOptimizer::toggle(const std::vector<KernelFlips>& flips)
{
    m_flipsStand = !m_flipsStand;
    for (const KernelFlips& kernel : flips)
        toggleBits(m_layers[kernel.layer]->view(), kernel.kernel, kernel.places,
                   m_layers[kernel.layer]->bits().device());
}

void BoolOptimizer::rememberFlips()
{
    if (!m_flipsStand) return;
    for (const KernelFlips& flips : m_lastFlips) {
        const auto mask = std::ranges::find_if(m_everFlipped, [&](const KernelMask& one) {
            return one.layer == flips.layer && one.kernel == flips.kernel;
        });
        auto* const bits = mask->bits.mutable_data_ptr<std::uint8_t>();
        const std::int64_t columns = m_layers[flips.layer]->inFeatures();
        for (const std::int64_t place : flips.places) {
            const std::int64_t row = place / columns, column = place % columns;
            bits[row * kernels::row_bytes(columns) + column / 8] |=
                static_cast<std::uint8_t>(1 << (column % 8));
        }
    }
}

const std::vector<KernelMask>& BoolOptimizer::everFlipped()
{
    rememberFlips();
    return m_everFlipped;
}

std::vector<at::Tensor> BoolOptimizer::everFlippedBits()
{
    std::vector<at::Tensor> tensors;
    for (const KernelMask& mask : everFlipped())
        tensors.push_back(mask.bits);
    return tensors;
}

bool BoolOptimizer::restoreEverFlipped(const std::vector<at::Tensor>& saved)
{
    const auto fits = [](const KernelMask& mask, const at::Tensor& bits) {
        return bits.scalar_type() == at::kByte && bits.sizes() == mask.bits.sizes();
    };
    if (!std::ranges::equal(m_everFlipped, saved, fits)) return false;
    for (std::size_t i = 0; i < saved.size(); ++i)
        m_everFlipped[i].bits.copy_(saved[i]);
    return true;
}

double BoolOptimizer::signalNorm() const
{
    double square = 0;
    const bool oneByOne = m_exchange == nullptr && !m_config.exactAccumulation;
    for (const LayerState& layer : m_states)
        for (const TrainedKernel& trained : layer.kernels)
            square += trained.rule->signalSquare(oneByOne ? m_microBatches : 1);
    return std::sqrt(square);
}

std::optional<double> BoolOptimizer::learningRate() const
{
    if (m_config.rule == BoolRule::Noise || m_trainedWeights == 0) return std::nullopt;
    return m_config.learningRate * m_schedule;
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
