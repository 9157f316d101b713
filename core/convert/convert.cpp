// SPDX-License-Identifier: Apache-2.0
#include "core/convert/convert.h"

#include "core/engine/job_values.h"
#include "core/formats/boolean_model_writer.h"
#include "core/formats/model_files.h"
#include "kernels/svid.h"

#include <ATen/Parallel.h>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <regex>

namespace boolab
{

namespace
{

/// One converted layer and the memory behind it.
struct ConvertedLayer {
    LinearLayerInfo info;
    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut, scaleIn;
    std::vector<double> errors; ///< relative squared error left after 1 … K kernels
};

ConvertedLayer convertLayer(const LinearLayerInfo& info, const std::vector<float>& weight, const Job& job)
{
    const std::int64_t K = job.integer("kernels"), M = info.outFeatures, N = info.inFeatures;
    ConvertedLayer layer{info, {}, {}, {}, {}};
    layer.bits.resize(static_cast<std::size_t>(K * M * kernels::row_bytes(N)));
    layer.scaleOut.resize(static_cast<std::size_t>(K * M));
    layer.scaleIn.resize(static_cast<std::size_t>(K * N));
    layer.errors.resize(static_cast<std::size_t>(K));
    const kernels::BoolKernels view{K, M, N, layer.bits.data(), layer.scaleOut.data(), layer.scaleIn.data()};
    if (job.text("method") == "svid") {
        kernels::svid(weight.data(), view, layer.errors.data(), at::get_num_threads());
    } else {
        const kernels::RefineConfig config{.maxRounds = static_cast<int>(job.integer("rounds"))};
        kernels::refine(weight.data(), nullptr, config, view, layer.errors.data(), at::get_num_threads());
    }
    return layer;
}

Result<std::vector<LinearLayerInfo>> layersToConvert(const ModelFiles& source, const Job& job)
{
    if (source.kind() == ModelKind::Boolean)
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: is a Boolean model already", source.path().string()),
                    "Convert the full-precision model it was made from.");
    std::vector<LinearLayerInfo> layers = source.linearLayers();
    const std::string pattern = job.text("exclude");
    if (!pattern.empty()) {
        try {
            const std::regex expression(pattern);
            std::erase_if(layers,
                          [&](const auto& layer) { return std::regex_search(layer.name, expression); });
        } catch (const std::regex_error& error) {
            return fail(ErrorCode::Usage,
                        fmt::format("--exclude \"{}\" is no regular expression: {}", pattern, error.what()),
                        "Example: --exclude 'layers\\.0\\.' keeps the first block dense.");
        }
    }
    if (layers.empty())
        return fail(ErrorCode::Usage, fmt::format("--exclude \"{}\" leaves no layer to convert", pattern),
                    "boolab-cli inspect MODEL lists the layers' names.");
    return layers;
}

} // namespace

Result<nlohmann::json> convert(const Job& job, JobObserver& observer)
{
    if (auto free = checkModelOutput(job.text("output")); !free) return std::unexpected(free.error());
    auto source = ModelFiles::open(job.text("model"));
    if (!source) return std::unexpected(source.error());
    auto infos = layersToConvert(*source, job);
    if (!infos) return std::unexpected(infos.error());

    const auto total = static_cast<std::int64_t>(infos->size());
    const std::int64_t K = job.integer("kernels");
    std::vector<std::string> names;
    for (const auto& info : *infos)
        names.push_back(info.name);
    observer.layers(names);
    observer.phase("converting layers", "layers");
    observer.progress(0, total);

    std::vector<ConvertedLayer> layers;
    // Layers still to come show as gaps in the live charts.
    std::vector<float> counts(infos->size(), std::numeric_limits<float>::quiet_NaN()), errors = counts;
    double weightedError = 0, weights = 0;
    for (const LinearLayerInfo& info : *infos) {
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped, fmt::format("Stopped after {} of {} layers; nothing was written.",
                                                        layers.size(), total));
        std::vector<float> weight(static_cast<std::size_t>(info.outFeatures * info.inFeatures));
        const TensorInfo* tensor = source->find(info.name + ".weight");
        if (auto read = source->readFloat32(*tensor, weight); !read) return std::unexpected(read.error());
        for (const float value : weight)
            if (!std::isfinite(value))
                return fail(ErrorCode::BadInput,
                            fmt::format("{}: tensor \"{}.weight\" holds a value that is not finite",
                                        source->path().string(), info.name),
                            "The model file is damaged, or was saved after a training that diverged.");
        layers.push_back(convertLayer(info, weight, job));

        const auto index = static_cast<std::int64_t>(layers.size());
        const double size = static_cast<double>(info.outFeatures * info.inFeatures);
        weightedError += layers.back().errors.back() * size;
        weights += size;
        counts[layers.size() - 1] = static_cast<float>(K);
        errors[layers.size() - 1] = static_cast<float>(layers.back().errors.back());
        observer.metric(index, "relative_error", layers.back().errors.back());
        if (index % 7 == 0 || index == total) {
            observer.layerStats(index, "kernel_count", counts);
            observer.layerStats(index, "relative_error", errors);
        }
        observer.progress(index, total);
    }

    observer.phase("writing the model", "layers");
    BooleanModelContent content;
    content.scaleDType = dtypeFromName(job.text("scale_dtype"));
    content.otherDType = dtypeFromName(job.text("other_dtype"));
    for (const ConvertedLayer& layer : layers)
        content.layers.push_back({layer.info.name, K, layer.info.outFeatures, layer.info.inFeatures,
                                  layer.bits, layer.scaleOut, layer.scaleIn});
    const std::string output = job.text("output");
    if (auto written = writeBooleanModel(output, *source, content); !written)
        return std::unexpected(written.error());
    observer.artifact("boolean model", output);

    auto result = describeBooleanModel(output);
    if (!result) return std::unexpected(result.error());
    (*result)["kernels"] = K;
    (*result)["relative_error"] = weightedError / weights;
    return result;
}

} // namespace boolab
