// SPDX-License-Identifier: Apache-2.0
#include "core/convert/block_converter.h"

#include "core/convert/input_correction.h"
#include "core/convert/read_weight.h"
#include "kernels/dense_weight.h"
#include "kernels/svid.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

std::shared_ptr<Linear>& memberOf(LlamaBlock& block, std::size_t layer)
{
    std::shared_ptr<Linear>* const members[] = {&block.query, &block.key, &block.value, &block.output,
                                                &block.gate,  &block.up,  &block.down};
    return *members[layer];
}

at::Tensor biasOf(const std::shared_ptr<Linear>& linear)
{
    return static_cast<const DenseLinear&>(*linear).bias();
}

} // namespace

/// Layers of a block that share an input.
struct BlockConverter::Group {
    std::vector<std::size_t> layers; ///< places among the block's seven
    at::Tensor full, converted;      ///< their input in both streams (S, L, N)
    at::Tensor
        residualError; ///< full - converted residual stream that their output is added to, or undefined
    std::span<const std::int64_t> counts;
    const std::vector<LinearLayerInfo>& infos;
    const std::function<void(const ConvertedLayer&)>& done;
};

Result<BlockConverter> BlockConverter::create(const ModelFiles& files, const LoadOptions& options,
                                              const at::Tensor& sequences, const BlockConfig& config)
{
    BlockConverter converter(files, options, config);
    auto embedding = loadEmbedding(files, options);
    if (!embedding) return std::unexpected(embedding.error());
    converter.m_streams.full = at::embedding(*embedding, sequences.to(options.device));
    converter.m_streams.converted = converter.m_streams.full;
    return converter;
}

at::Tensor BlockConverter::denseWeight(ConvertedLayer& layer) const
{
    at::Tensor weight = at::empty({layer.info.outFeatures, layer.info.inFeatures});
    kernels::dense_weight_f32(layer.view(), weight.mutable_data_ptr<float>(), at::get_num_threads());
    return weight.to(m_options.dtype);
}

at::Tensor BlockConverter::tokenWeights(const Group& group) const
{
    at::Tensor sum;
    for (const std::size_t place : group.layers) {
        const auto found = m_config.tokenWeights.find(group.infos[place].name);
        if (found != m_config.tokenWeights.end()) sum = sum.defined() ? sum + found->second : found->second;
    }
    return sum.defined() ? sum / sum.mean() : sum;
}

Result<std::vector<ConvertedLayer>> BlockConverter::convertGroup(const Group& group, LlamaBlock& student)
{
    std::vector<ConvertedLayer> converted;
    bool any = false;
    for (const std::size_t place : group.layers)
        any = any || group.counts[place] > 0;
    if (!any) return converted;
    const at::Tensor weights = tokenWeights(group);
    const at::Tensor gram = crossGram(group.converted, group.converted, weights);
    const bool apart = !group.full.is_same(group.converted);
    std::optional<InputGeometry> geometry;
    std::optional<InputCorrection> correction;
    if (m_config.underHessian) {
        geometry.emplace(gram, m_config.damping);
        if (m_config.correctInputs && apart)
            correction.emplace(gram, crossGram(group.full, group.converted, weights),
                               group.residualError.defined()
                                   ? crossGram(group.residualError, group.converted, weights)
                                   : at::Tensor());
    }
    for (const std::size_t place : group.layers) {
        const std::int64_t K = group.counts[place];
        if (K == 0) continue;
        const LinearLayerInfo& info = group.infos[place];
        auto values = readWeight(*m_files, info);
        if (!values) return std::unexpected(values.error());
        at::Tensor weight = at::from_blob(values->data(), {info.outFeatures, info.inFeatures});
        if (m_config.underHessian) {
            if (correction) weight = correction->apply(weight);
            converted.push_back(convertUnderHessian(info, weight, K, *geometry, m_config.gptq));
        } else {
            const at::Tensor diagonal = gram.diagonal();
            const at::Tensor weights = (diagonal / diagonal.mean().clamp_min(1e-30) + 0.01).contiguous();
            ConvertedLayer layer(info, K);
            kernels::refine(weight.const_data_ptr<float>(), weights.const_data_ptr<float>(),
                            {.maxRounds = m_config.alternations}, layer.view(), layer.errors.data(),
                            at::get_num_threads());
            converted.push_back(std::move(layer));
        }
        memberOf(student, place) =
            std::make_shared<DenseLinear>(denseWeight(converted.back()), biasOf(memberOf(student, place)));
        group.done(converted.back());
    }
    return converted;
}

Result<std::vector<ConvertedLayer>>
BlockConverter::convert(std::span<const std::int64_t> counts,
                        const std::function<void(const ConvertedLayer&)>& done)
{
    const torch::NoGradGuard noGrad;
    const auto infos = linearLayersOf(m_files->config(), m_block);
    auto teacher = loadBlock(*m_files, m_block++, m_options);
    if (!teacher) return std::unexpected(teacher.error());
    LlamaBlock student = *teacher;
    const bool apart = m_config.convertedInputs;
    std::vector<ConvertedLayer> layers;
    std::optional<Error> failure;

    at::Tensor full = m_streams.full, converted = m_streams.converted;
    const auto both = [&](at::Tensor& x, at::Tensor& y, const auto& f) {
        const at::Tensor fx = mapSequences(x, [&](const at::Tensor& part) { return f(*teacher, part); });
        y = apart ? mapSequences(y, [&](const at::Tensor& part) { return f(student, part); }) : fx;
        x = fx;
    };
    const auto group = [&](std::vector<std::size_t> places, const at::Tensor& x, const at::Tensor& y,
                           const at::Tensor& residualError) {
        if (failure) return;
        const Group one{std::move(places), x, apart ? y : x, residualError, counts, infos, done};
        auto converted = convertGroup(one, student);
        if (!converted) {
            failure = failure.value_or(converted.error());
            return;
        }
        for (ConvertedLayer& layer : *converted)
            layers.push_back(std::move(layer));
    };
    const auto residual = [&] { return apart && !full.is_same(converted) ? full - converted : at::Tensor(); };

    at::Tensor x = full, y = converted;
    both(x, y,
         [&](const LlamaBlock& block, const at::Tensor& part) { return m_math.attentionInput(block, part); });
    group({0, 1, 2}, x, y, {});
    both(x, y, [&](const LlamaBlock& block, const at::Tensor& part) { return m_math.mixHeads(block, part); });
    group({3}, x, y, residual());
    full = full + mapSequences(x, [&](const at::Tensor& part) { return teacher->output->forward(part); });
    converted =
        apart ? converted +
                    mapSequences(y, [&](const at::Tensor& part) { return student.output->forward(part); })
              : full;
    x = full;
    y = converted;
    both(x, y, [&](const LlamaBlock& block, const at::Tensor& part) { return m_math.mlpInput(block, part); });
    group({4, 5}, x, y, {});
    both(x, y, [&](const LlamaBlock& block, const at::Tensor& part) { return m_math.gated(block, part); });
    group({6}, x, y, residual());
    m_streams.full =
        full + mapSequences(x, [&](const at::Tensor& part) { return teacher->down->forward(part); });
    m_streams.converted =
        apart
            ? converted + mapSequences(y, [&](const at::Tensor& part) { return student.down->forward(part); })
            : m_streams.full;
    if (failure) return std::unexpected(*failure);
    return layers;
}

Status BlockConverter::pass(std::vector<ConvertedLayer> layers)
{
    const torch::NoGradGuard noGrad;
    const auto infos = linearLayersOf(m_files->config(), m_block);
    auto teacher = loadBlock(*m_files, m_block++, m_options);
    if (!teacher) return std::unexpected(teacher.error());
    LlamaBlock student = *teacher;
    for (ConvertedLayer& layer : layers)
        for (std::size_t place = 0; place < infos.size(); ++place)
            if (infos[place].name == layer.info.name) {
                auto& member = memberOf(student, place);
                member = std::make_shared<DenseLinear>(denseWeight(layer), biasOf(member));
            }
    const auto forward = [&](const LlamaBlock& block, const at::Tensor& x) {
        return mapSequences(x, [&](const at::Tensor& part) { return m_math.forward(block, part); });
    };
    const at::Tensor full = forward(*teacher, m_streams.full);
    m_streams.converted = m_config.convertedInputs ? forward(student, m_streams.converted) : full;
    m_streams.full = full;
    return {};
}

} // namespace boolab
