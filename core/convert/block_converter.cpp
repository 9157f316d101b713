// SPDX-License-Identifier: Apache-2.0
#include "core/convert/block_converter.h"

#include "core/convert/input_correction.h"
#include "core/convert/read_weight.h"

#include <algorithm>
#include <torch/utils.h>

namespace boolab
{

/// One block while it is converted.
struct BlockConverter::Work {
    std::span<const std::int64_t> counts; ///< of its layers, 0 stays dense
    std::vector<LinearLayerInfo> infos;
    LlamaBlock student;
    const std::function<void(const ConvertedLayer&)>& done;
    std::vector<ConvertedLayer> layers = {};
};

Result<BlockConverter> BlockConverter::create(const ModelFiles& files, const LoadOptions& options,
                                              const at::Tensor& sequences, const BlockConfig& config)
{
    auto weightConverter =
        WeightConverter::create({.rounds = config.alternations}, config.device, config.warn);
    if (!weightConverter) return std::unexpected(weightConverter.error());
    BlockConverter converter(files, options, config, std::move(*weightConverter));
    auto embedding = loadEmbedding(files, options);
    if (!embedding) return std::unexpected(embedding.error());
    converter.m_streams.full = at::embedding(*embedding, sequences.to(options.device));
    converter.m_streams.converted = converter.m_streams.full;
    return converter;
}

void BlockConverter::replace(std::shared_ptr<Linear>& linear, ConvertedLayer& layer) const
{
    const at::Tensor bias = static_cast<const DenseLinear&>(*linear).bias();
    linear = std::make_shared<DenseLinear>(denseWeight(layer).to(m_options.dtype), bias);
}

at::Tensor BlockConverter::tokenWeights(const SharedInput& input,
                                        const std::vector<LinearLayerInfo>& infos) const
{
    at::Tensor sum;
    for (const std::size_t place : input.layers) {
        const auto found = m_config.tokenWeights.find(infos[place].name);
        if (found != m_config.tokenWeights.end()) sum = sum.defined() ? sum + found->second : found->second;
    }
    return sum.defined() ? sum / sum.mean() : sum;
}

Status BlockConverter::convertLayers(const SharedInput& input, Work& work) const
{
    const auto isDense = [&](std::size_t place) { return work.counts[place] == 0; };
    if (std::ranges::all_of(input.layers, isDense)) return {};
    const at::Tensor weights = tokenWeights(input, work.infos);
    const at::Tensor gram = crossGram(input.converted, input.converted, weights);
    std::optional<InputGeometry> geometry;
    std::optional<InputCorrection> correction;
    if (m_config.underHessian) {
        geometry.emplace(gram, m_config.damping);
        if (m_config.correctInputs && !input.full.is_same(input.converted))
            correction.emplace(gram, crossGram(input.full, input.converted, weights),
                               input.residualError.defined()
                                   ? crossGram(input.residualError, input.converted, weights)
                                   : at::Tensor());
    }
    for (const std::size_t place : input.layers) {
        if (isDense(place)) continue;
        const LinearLayerInfo& info = work.infos[place];
        auto values = readWeight(*m_files, info);
        if (!values) return std::unexpected(values.error());
        at::Tensor weight = at::from_blob(values->data(), {info.outFeatures, info.inFeatures});
        if (correction) weight = correction->apply(weight);
        Result<ConvertedLayer> layer =
            geometry ? convertUnderHessian(info, weight, work.counts[place], *geometry, m_config.gptq)
                     : m_weightConverter.convert(info, weight.const_data_ptr<float>(), work.counts[place],
                                                 columnWeightsOf(gram).const_data_ptr<float>());
        if (!layer) return std::unexpected(layer.error());
        work.layers.push_back(std::move(*layer));
        replace(*linearsOf(work.student)[place], work.layers.back());
        work.done(work.layers.back());
    }
    return {};
}

Result<std::vector<ConvertedLayer>>
BlockConverter::convert(std::span<const std::int64_t> counts,
                        const std::function<void(const ConvertedLayer&)>& done)
{
    const torch::NoGradGuard noGrad;
    auto infos = linearLayersOf(m_files->config(), m_block);
    auto teacher = loadBlock(*m_files, m_block++, m_options);
    if (!teacher) return std::unexpected(teacher.error());
    Work work{counts, std::move(infos), *teacher, done};
    auto walked = walkBlock(m_math, *teacher, m_config.convertedInputs ? &work.student : nullptr, m_streams,
                            [&](const SharedInput& input) { return convertLayers(input, work); });
    if (!walked) return std::unexpected(walked.error());
    return std::move(work.layers);
}

Status BlockConverter::pass(std::vector<ConvertedLayer> layers)
{
    const torch::NoGradGuard noGrad;
    const auto infos = linearLayersOf(m_files->config(), m_block);
    auto teacher = loadBlock(*m_files, m_block++, m_options);
    if (!teacher) return std::unexpected(teacher.error());
    LlamaBlock student = *teacher;
    for (ConvertedLayer& layer : layers) {
        const auto info = std::ranges::find(infos, layer.info.name, &LinearLayerInfo::name);
        replace(*linearsOf(student)[static_cast<std::size_t>(info - infos.begin())], layer);
    }
    return walkBlock(m_math, *teacher, m_config.convertedInputs ? &student : nullptr, m_streams,
                     [](const SharedInput&) { return Status(); });
}

} // namespace boolab
