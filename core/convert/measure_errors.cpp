// SPDX-License-Identifier: Apache-2.0
#include "core/convert/measure_errors.h"

#include "core/convert/calibration_streams.h"
#include "core/convert/gptq.h"
#include "core/convert/read_weight.h"
#include "core/convert/sensitivity.h"
#include "core/convert/weight_converter.h"
#include "core/engine/cache_file.h"
#include "core/engine/device.h"

#include <fmt/format.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

// Enough to rank layers; a conversion then does it properly.
const GptqConfig kQuickGptq = {
    .alternations = 4, .feedbackRounds = 1, .descentRounds = 0, .conjugateSteps = 3};

constexpr double kDamping = 0.01;

// Gradients are squared and averaged: far fewer tokens than for H give a ranking.
constexpr std::int64_t kSensitivityTokens = 8192;

/// Measures one layer after the other, whatever is known of its input.
class Meter
{
public:
    Meter(const Job& job, JobObserver& observer, WeightConverter converter, std::int64_t layers,
          std::map<std::string, LayerSensitivity> sensitivity)
        : m_job(job), m_observer(observer), m_converter(std::move(converter)),
          m_sensitivity(std::move(sensitivity)), m_total(layers)
    {
    }

    /// `gram` undefined: no calibration. `geometry` where the method works under H.
    Result<LayerErrors> measure(const ModelFiles& files, const LinearLayerInfo& info, const at::Tensor& gram,
                                const std::optional<InputGeometry>& geometry, double tokens)
    {
        if (m_observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped,
                        fmt::format("Stopped after measuring {} of {} layers.", m_done, m_total));
        auto values = readWeight(files, info);
        if (!values) return std::unexpected(values.error());
        const at::Tensor weight = at::from_blob(values->data(), {info.outFeatures, info.inFeatures});
        LayerErrors errors{info.name, info.outFeatures, info.inFeatures, {}, {}, {}, {}};
        for (std::int64_t K = 1; K <= m_job.integer("max_kernels"); ++K) {
            auto layer = convert(info, weight, K, gram, geometry);
            if (!layer) return std::unexpected(layer.error());
            errors.weightError.push_back(layer->errors.back());
            if (gram.defined()) addOutputError(*layer, weight, gram, tokens, errors);
        }
        if (gram.defined() && m_job.text("importance") == "pwcca")
            errors.pwcca = projectionWeightedCorrelation(gram, weight);
        m_observer.progress(++m_done, m_total);
        return errors;
    }

private:
    Result<ConvertedLayer> convert(const LinearLayerInfo& info, const at::Tensor& weight, std::int64_t K,
                                   const at::Tensor& gram, const std::optional<InputGeometry>& geometry) const
    {
        if (geometry) return convertUnderHessian(info, weight, K, *geometry, kQuickGptq);
        const bool weighsColumns = m_job.text("method") == "calibrated";
        const at::Tensor weights = weighsColumns ? columnWeightsOf(gram) : at::Tensor();
        return m_converter.convert(info, weight.const_data_ptr<float>(), K,
                                   weighsColumns ? weights.const_data_ptr<float>() : nullptr);
    }

    void addOutputError(ConvertedLayer& layer, const at::Tensor& weight, const at::Tensor& gram,
                        double tokens, LayerErrors& errors) const
    {
        const at::Tensor dense = denseWeight(layer);
        // Mean over the tokens of every output's square.
        const auto energies = [&](const at::Tensor& A) {
            return (at::mm(A, gram) * A).sum(1).clamp_min(0).to(at::kDouble) / tokens;
        };
        const at::Tensor lost = energies(weight - dense);
        errors.outputError.push_back(lost.sum().item<double>() /
                                     std::max(energies(weight).sum().item<double>(), 1e-30));
        const auto found = m_sensitivity.find(layer.info.name);
        if (found != m_sensitivity.end())
            errors.lossError.push_back(0.5 *
                                       (lost * found->second.outputs.to(at::kDouble)).sum().item<double>());
    }

    const Job& m_job;
    JobObserver& m_observer;
    WeightConverter m_converter;
    std::map<std::string, LayerSensitivity> m_sensitivity; ///< empty where the importance does not ask for it
    std::int64_t m_total, m_done = 0;
};

Status measureCalibrated(const ModelFiles& files, const Job& job, const at::Tensor& sequences, Meter& meter,
                         ErrorTable& table)
{
    const LoadOptions options = loadOptions(job, /*frozen=*/true);
    auto embedding = loadEmbedding(files, options);
    if (!embedding) return std::unexpected(embedding.error());
    CalibrationStreams streams;
    streams.full = streams.converted = at::embedding(*embedding, sequences);
    const auto tokens = static_cast<double>(sequences.numel());
    const bool underHessian = job.text("method") == "gptq";
    LlamaBlockMath math(files.config());
    for (std::int64_t i = 0; i < files.config().numLayers; ++i) {
        auto block = loadBlock(files, i, options);
        if (!block) return std::unexpected(block.error());
        const auto infos = linearLayersOf(files.config(), i);
        const auto measure = [&](const SharedInput& input) -> Status {
            const at::Tensor gram = crossGram(input.full, input.full);
            std::optional<InputGeometry> geometry;
            if (underHessian) geometry.emplace(gram, kDamping);
            for (const std::size_t place : input.layers) {
                auto errors = meter.measure(files, infos[place], gram, geometry, tokens);
                if (!errors) return std::unexpected(errors.error());
                table.layers.push_back(std::move(*errors));
            }
            return {};
        };
        if (auto walked = walkBlock(math, *block, nullptr, streams, measure); !walked) return walked;
    }
    return {};
}

} // namespace

Result<ErrorTable> measureErrors(const ModelFiles& files, const Job& job, const at::Tensor& sequences,
                                 JobObserver& observer)
{
    const std::string importance = job.text("importance");
    const bool extra = importance == "pwcca" || importance == "loss";
    std::string key = fmt::format("{} {} {} {} {}", identityOf(files), job.text("method"),
                                  job.integer("max_kernels"), job.integer("rounds"), extra ? importance : "");
    if (sequences.defined())
        key.append(static_cast<const char*>(sequences.const_data_ptr()), sequences.nbytes());
    const std::filesystem::path path = cacheFile("errors", key, "json");
    std::error_code error;
    if (std::filesystem::exists(path, error))
        if (auto cached = ErrorTable::read(path)) return cached;

    std::map<std::string, LayerSensitivity> sensitivity;
    if (sequences.defined() && importance == "loss") {
        const std::int64_t count =
            std::clamp<std::int64_t>(kSensitivityTokens / sequences.size(1), 1, sequences.size(0));
        auto measured = measureSensitivity(files, loadOptions(job, /*frozen=*/true),
                                           sequences.narrow(0, 0, count), observer);
        if (!measured) return std::unexpected(measured.error());
        sensitivity = std::move(*measured);
    }
    auto converter =
        WeightConverter::create(weightMethodOf(job), job.text("device"),
                                [&](const std::string& message) { observer.log("warning", message); });
    if (!converter) return std::unexpected(converter.error());
    const torch::NoGradGuard noGrad;
    const auto infos = files.linearLayers();
    observer.phase("measuring layers", "layers");
    Meter meter(job, observer, std::move(*converter), static_cast<std::int64_t>(infos.size()),
                std::move(sensitivity));
    ErrorTable table{files.path().string(), job.text("method"), {}};
    if (sequences.defined()) {
        if (auto ok = measureCalibrated(files, job, sequences, meter, table); !ok)
            return std::unexpected(ok.error());
    } else {
        for (const LinearLayerInfo& info : infos) {
            auto errors = meter.measure(files, info, {}, {}, 1);
            if (!errors) return std::unexpected(errors.error());
            table.layers.push_back(std::move(*errors));
        }
    }
    std::filesystem::create_directories(path.parent_path(), error);
    if (auto written = table.write(path); !written) observer.log("warning", written.error().text());
    observer.artifact("error table", path.string());
    return table;
}

} // namespace boolab
