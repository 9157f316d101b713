// SPDX-License-Identifier: Apache-2.0
#include "core/convert/convert.h"

#include "core/convert/block_converter.h"
#include "core/convert/conversion_plan.h"
#include "core/convert/conversion_progress.h"
#include "core/convert/conversion_store.h"
#include "core/convert/read_weight.h"
#include "core/convert/sensitivity.h"
#include "core/convert/weight_converter.h"
#include "core/engine/cache_file.h"
#include "core/engine/device.h"
#include "core/engine/job_values.h"
#include "core/jobs/conversion_options.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

/// What changes the converted bits: a store made under another identity is not continued.
nlohmann::json identityOfConversion(const ModelFiles& source, const Job& job, const ConversionPlan& plan)
{
    nlohmann::json identity = job.toJson();
    for (const char* free : {"output", "db", "project", "name", "device", "threads", "force", "scale_dtype",
                             "other_dtype", "embedding_bits"})
        identity.erase(free);
    identity["model"] = identityOf(source);
    identity["counts"] = plan.counts;
    return identity;
}

void addStored(const LinearLayerInfo& info, const StoredLayer& stored, ConversionProgress& progress)
{
    const std::vector<double> errors(stored.errors.begin(), stored.errors.end());
    progress.add(info, errors);
}

/// svid and refined: each layer alone.
Status convertLayers(const ModelFiles& source, const Job& job, const ConversionPlan& plan,
                     ConversionStore& store, ConversionProgress& progress, JobObserver& observer)
{
    const auto converter =
        WeightConverter::create(weightMethodOf(job), job.text("device"),
                                [&](const std::string& message) { observer.log("warning", message); });
    if (!converter) return std::unexpected(converter.error());
    if (job.text("device") != "cpu")
        observer.log("info", fmt::format("layers are converted on {}", converter->deviceName()));
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const LinearLayerInfo& info = plan.layers[i];
        if (plan.counts[i] == 0) continue;
        if (store.contains(info)) {
            auto stored = store.load(info);
            if (!stored) return std::unexpected(stored.error());
            addStored(info, *stored, progress);
            continue;
        }
        if (auto on = progress.goOn(); !on) return on;
        auto weight = readWeight(source, info);
        if (!weight) return std::unexpected(weight.error());
        const auto layer = converter->convert(info, weight->data(), plan.counts[i]);
        if (!layer) return std::unexpected(layer.error());
        if (auto saved = store.save(*layer); !saved) return saved;
        progress.add(info, layer->errors);
    }
    return {};
}

/// The stored layers of a block, or nothing where one that is wanted is missing.
Result<std::vector<ConvertedLayer>> storedBlock(std::span<const LinearLayerInfo> infos,
                                                std::span<const std::int64_t> counts,
                                                const ConversionStore& store)
{
    std::vector<ConvertedLayer> layers;
    for (std::size_t i = 0; i < infos.size(); ++i) {
        if (counts[i] == 0) continue;
        if (!store.contains(infos[i])) return std::vector<ConvertedLayer>();
        auto stored = store.load(infos[i]);
        if (!stored) return std::unexpected(stored.error());
        ConvertedLayer layer(infos[i], stored->kernelCount);
        std::ranges::copy(stored->bits, layer.bits.begin());
        std::ranges::copy(stored->scaleOut, layer.scaleOut.begin());
        std::ranges::copy(stored->scaleIn, layer.scaleIn.begin());
        std::ranges::copy(stored->errors, layer.errors.begin());
        layers.push_back(std::move(layer));
    }
    return layers;
}

/// Weights of the calibration tokens, from the loss' gradients; the loudest hundredth is cut to the next.
Result<std::map<std::string, at::Tensor>> gradientWeights(const ModelFiles& source, const Job& job,
                                                          const at::Tensor& sequences, JobObserver& observer)
{
    auto sensitivity = measureSensitivity(source, loadOptions(job, /*frozen=*/true), sequences, observer);
    if (!sensitivity) return std::unexpected(sensitivity.error());
    std::map<std::string, at::Tensor> weights;
    for (const auto& [name, layer] : *sensitivity) {
        const auto& tokens = layer.tokens;
        const std::int64_t rank = std::max<std::int64_t>(1, tokens.numel() * 99 / 100);
        const at::Tensor loudest = std::get<0>(at::kthvalue(tokens.flatten(), rank));
        const at::Tensor cut = at::minimum(tokens, loudest);
        weights[name] = cut / cut.mean().clamp_min(1e-30);
    }
    return weights;
}

/// calibrated and gptq: block by block, each on the inputs that the blocks before it give.
Status convertBlocks(const ModelFiles& source, const Job& job, const ConversionPlan& plan,
                     ConversionStore& store, ConversionProgress& progress, JobObserver& observer)
{
    BlockConfig config;
    config.underHessian = job.text("method") == "gptq";
    config.alternations = static_cast<int>(job.integer("rounds"));
    config.device = job.text("device");
    config.gptq.alternations = config.alternations;
    config.convertedInputs = job.text("calibration_inputs") == "converted";
    if (job.text("token_weights") == "gradient") {
        auto weights = gradientWeights(source, job, plan.sequences, observer);
        if (!weights) return std::unexpected(weights.error());
        config.tokenWeights = std::move(*weights);
    }
    config.warn = [&](const std::string& message) { observer.log("warning", message); };
    auto converter =
        BlockConverter::create(source, loadOptions(job, /*frozen=*/true), plan.sequences, config);
    if (!converter) return std::unexpected(converter.error());
    for (std::size_t first = 0; first < plan.layers.size(); first += kLinearsPerBlock) {
        const auto infos = std::span(plan.layers).subspan(first, kLinearsPerBlock);
        const auto counts = std::span(plan.counts).subspan(first, kLinearsPerBlock);
        auto stored = storedBlock(infos, counts, store);
        if (!stored) return std::unexpected(stored.error());
        if (!stored->empty()) {
            for (const ConvertedLayer& layer : *stored)
                progress.add(layer.info, layer.errors);
            if (auto passed = converter->pass(std::move(*stored)); !passed) return passed;
            continue;
        }
        if (auto on = progress.goOn(); !on) return on;
        auto layers = converter->convert(
            counts, [&](const ConvertedLayer& layer) { progress.add(layer.info, layer.errors); });
        if (!layers) return std::unexpected(layers.error());
        for (const ConvertedLayer& layer : *layers)
            if (auto saved = store.save(layer); !saved) return saved;
    }
    return {};
}

Status writeStored(const std::string& output, const ModelFiles& source, const Job& job,
                   const ConversionPlan& plan, const ConversionStore& store)
{
    const StoredTypes types = storedTypesOf(job);
    BooleanModelContent content;
    content.scaleDType = types.scales;
    content.otherDType = types.others;
    content.embeddingBits = types.embeddingBits;
    std::vector<StoredLayer> stored;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        if (plan.counts[i] == 0) continue;
        auto layer = store.load(plan.layers[i]);
        if (!layer) return std::unexpected(layer.error());
        content.layers.push_back({plan.layers[i].name, layer->kernelCount, plan.layers[i].outFeatures,
                                  plan.layers[i].inFeatures, layer->bits, layer->scaleOut, layer->scaleIn});
        stored.push_back(std::move(*layer));
    }
    return writeBooleanModel(output, source, content);
}

} // namespace

Result<nlohmann::json> convert(const Job& job, JobObserver& observer)
{
    const std::string output = job.text("output");
    if (auto free = checkModelOutput(output); !free) return std::unexpected(free.error());
    auto source = ModelFiles::open(job.text("model"));
    if (!source) return std::unexpected(source.error());
    if (source->kind() == ModelKind::Boolean)
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: is a Boolean model already", source->path().string()),
                    "Convert the full-precision model it was made from.");
    auto plan = planConversion(*source, job, observer);
    if (!plan) return std::unexpected(plan.error());
    auto store = ConversionStore::open(output, identityOfConversion(*source, job, *plan));
    if (!store) return std::unexpected(store.error());
    if (store->foundLayers() > 0)
        observer.log(
            "info", fmt::format("going on after {} layers that were converted before", store->foundLayers()));

    ConversionProgress progress(*plan, observer);
    auto converted = convertsByInputs(job) ? convertBlocks(*source, job, *plan, *store, progress, observer)
                                           : convertLayers(*source, job, *plan, *store, progress, observer);
    if (!converted) return std::unexpected(converted.error());

    observer.phase("writing the model", "layers");
    if (auto written = writeStored(output, *source, job, *plan, *store); !written)
        return std::unexpected(written.error());
    store->remove();
    observer.artifact("boolean model", output);
    auto result = describeBooleanModel(output);
    if (!result) return std::unexpected(result.error());
    (*result)["kernels"] = progress.meanKernels();
    (*result)["relative_error"] = progress.meanError();
    return result;
}

} // namespace boolab
