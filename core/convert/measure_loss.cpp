// SPDX-License-Identifier: Apache-2.0
#include "core/convert/measure_loss.h"

#include "core/convert/block_converter.h"
#include "core/convert/convert_by_weights.h"
#include "core/convert/loss_attribution.h"
#include "core/convert/read_weight.h"
#include "core/engine/device.h"
#include "core/jobs/conversion_options.h"

#include <algorithm>
#include <fmt/format.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

// Enough to tell layers apart; the conversion itself takes all of the text.
constexpr std::int64_t kConversionTokens = 16384, kAttributionTokens = 4096;

at::Tensor firstTokens(const at::Tensor& sequences, std::int64_t tokens)
{
    const std::int64_t count = std::clamp<std::int64_t>(tokens / sequences.size(1), 1, sequences.size(0));
    return sequences.narrow(0, 0, count);
}

/// A model with K kernels everywhere: dense weights of every layer, in linearLayers()'s order.
class UniformConversion
{
public:
    UniformConversion(const ModelFiles& files, const Job& job, std::int64_t K, JobObserver& observer)
        : m_files(files), m_job(job), m_K(K), m_observer(observer),
          m_options(loadOptions(job, /*frozen=*/true)),
          m_total(static_cast<std::int64_t>(files.linearLayers().size()))
    {
    }

    Status run(const at::Tensor& sequences)
    {
        const torch::NoGradGuard noGrad;
        m_observer.phase(fmt::format("converting with K = {}, to measure", m_K), "layers");
        return convertsByInputs(m_job) ? byBlocks(sequences) : byWeights();
    }

    const std::vector<at::Tensor>& weights() const { return m_weights; }
    const std::vector<double>& errors() const { return m_errors; }

private:
    Status goOn() const
    {
        if (m_observer.command() != JobObserver::Command::Stop) return {};
        return fail(ErrorCode::Stopped, fmt::format("Stopped after {} of {} layers with K = {}.",
                                                    m_weights.size(), m_total, m_K));
    }

    Status add(ConvertedLayer& layer)
    {
        auto values = readWeight(m_files, layer.info);
        if (!values) return std::unexpected(values.error());
        const at::Tensor original =
            at::from_blob(values->data(), {layer.info.outFeatures, layer.info.inFeatures});
        const at::Tensor dense = denseWeight(layer);
        const double whole = original.square().sum(at::kDouble).item<double>();
        m_errors.push_back((original - dense).square().sum(at::kDouble).item<double>() /
                           std::max(whole, 1e-30));
        m_weights.push_back(dense.to(m_options.dtype));
        m_observer.progress(static_cast<std::int64_t>(m_weights.size()), m_total);
        return {};
    }

    Status byWeights()
    {
        for (const LinearLayerInfo& info : m_files.linearLayers()) {
            if (auto on = goOn(); !on) return on;
            auto weight = readWeight(m_files, info);
            if (!weight) return std::unexpected(weight.error());
            ConvertedLayer layer = convertByWeights(info, weight->data(), m_K, weightMethodOf(m_job));
            if (auto added = add(layer); !added) return added;
        }
        return {};
    }

    Status byBlocks(const at::Tensor& sequences)
    {
        auto converter = BlockConverter::create(m_files, m_options, firstTokens(sequences, kConversionTokens),
                                                blockConfigOf(m_job));
        if (!converter) return std::unexpected(converter.error());
        const std::vector<std::int64_t> counts(kLinearsPerBlock, m_K);
        for (std::int64_t block = 0; block < m_files.config().numLayers; ++block) {
            if (auto on = goOn(); !on) return on;
            auto layers = converter->convert(counts, [](const ConvertedLayer&) {});
            if (!layers) return std::unexpected(layers.error());
            for (ConvertedLayer& layer : *layers)
                if (auto added = add(layer); !added) return added;
        }
        return {};
    }

    const ModelFiles& m_files;
    const Job& m_job;
    std::int64_t m_K;
    JobObserver& m_observer;
    LoadOptions m_options;
    std::int64_t m_total;
    std::vector<at::Tensor> m_weights;
    std::vector<double> m_errors; ///< ||W - What||^2 / ||W||^2
};

ErrorTable emptyTable(const ModelFiles& files, const Job& job)
{
    ErrorTable table{files.path().string(), job.text("method"), {}};
    for (const LinearLayerInfo& info : files.linearLayers())
        table.layers.push_back({info.name, info.outFeatures, info.inFeatures, {}, {}, {}, {}});
    return table;
}

} // namespace

Result<ErrorTable> measureLoss(const ModelFiles& files, const Job& job, const at::Tensor& sequences,
                               const std::filesystem::path& path, JobObserver& observer)
{
    auto kept = ErrorTable::read(path);
    ErrorTable table = kept ? std::move(*kept) : emptyTable(files, job);
    for (std::int64_t K = table.maxKernels() + 1; K <= job.integer("max_kernels"); ++K) {
        UniformConversion uniform(files, job, K, observer);
        if (auto converted = uniform.run(sequences); !converted) return std::unexpected(converted.error());
        observer.phase(fmt::format("measuring the loss with K = {}", K), "passes");
        auto losses = attributeLoss(files, loadOptions(job, /*frozen=*/true),
                                    firstTokens(sequences, kAttributionTokens), uniform.weights(), observer);
        if (!losses) return std::unexpected(losses.error());
        for (std::size_t i = 0; i < table.layers.size(); ++i) {
            table.layers[i].weightError.push_back(uniform.errors()[i]);
            table.layers[i].lossError.push_back((*losses)[i]);
        }
        if (auto written = table.write(path); !written) observer.log("warning", written.error().text());
    }
    return table;
}

} // namespace boolab
