// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/probe_layer.h"

#include "core/convert/calibration_streams.h"

#include <algorithm>
#include <fmt/format.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

constexpr std::int64_t kTokensAtATime = 256;

/// Block of "model.layers.3.mlp.up_proj", and its place in linearsOf().
struct LayerPlace {
    std::int64_t block = 0;
    std::size_t place = 0;
};

LayerPlace placeOf(const ModelFiles& files, const std::string& name)
{
    const auto layers = files.linearLayers();
    const auto index = std::ranges::find(layers, name, &LinearLayerInfo::name) - layers.begin();
    return {index / static_cast<std::int64_t>(kLinearsPerBlock),
            static_cast<std::size_t>(index) % kLinearsPerBlock};
}

/// (S, L, in): of the original model, or of the Boolean one where there is no original; and of the Boolean
/// one.
Result<CalibrationStreams> inputsOf(const ModelFiles& files, const ModelFiles* original,
                                    const std::string& name, const at::Tensor& sequences,
                                    const LoadOptions& options, JobObserver& observer)
{
    const LayerPlace wanted = placeOf(files, name);
    const ModelFiles& teacher = original ? *original : files;
    auto embedding = loadEmbedding(teacher, options);
    if (!embedding) return std::unexpected(embedding.error());
    CalibrationStreams streams, inputs;
    streams.full = streams.converted = at::embedding(*embedding, sequences);
    if (original) {
        embedding = loadEmbedding(files, options);
        if (!embedding) return std::unexpected(embedding.error());
        streams.converted = at::embedding(*embedding, sequences);
    }
    LlamaBlockMath math(teacher.config());
    observer.phase("running the probe text", "blocks");
    for (std::int64_t i = 0; i <= wanted.block; ++i) {
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped,
                        fmt::format("Stopped before block {} of {}.", i, wanted.block + 1));
        auto full = loadBlock(teacher, i, options);
        if (!full) return std::unexpected(full.error());
        std::optional<LlamaBlock> student;
        if (original) {
            auto block = loadBlock(files, i, options);
            if (!block) return std::unexpected(block.error());
            student = std::move(*block);
        }
        const auto keep = [&](const SharedInput& input) -> Status {
            if (i == wanted.block && std::ranges::find(input.layers, wanted.place) != input.layers.end())
                inputs = {input.full, input.converted};
            return {};
        };
        if (auto walked = walkBlock(math, *full, student ? &*student : nullptr, streams, keep); !walked)
            return std::unexpected(walked.error());
        observer.progress(i + 1, wanted.block + 1);
    }
    return inputs;
}

/// A layer's kernels as float32 matrices.
class Kernels
{
public:
    explicit Kernels(const LayerInspection& layer)
    {
        for (std::int64_t k = 0; k < layer.kernelCount(); ++k) {
            at::Tensor signs = at::empty({layer.outFeatures, layer.inFeatures});
            float* sign = signs.mutable_data_ptr<float>();
            for (std::int64_t i = 0; i < layer.outFeatures; ++i) {
                const auto row = layer.row(k, i);
                for (std::size_t j = 0; j < static_cast<std::size_t>(layer.inFeatures); ++j)
                    *sign++ = row[j / 8] >> (j % 8) & 1 ? 1.0F : -1.0F;
            }
            const auto& kernel = layer.kernels[static_cast<std::size_t>(k)];
            m_weights.push_back(at::tensor(kernel.scaleOut).unsqueeze(1) * signs *
                                at::tensor(kernel.scaleIn));
        }
    }

    /// y_k of x (T, in): K of (T, out).
    std::vector<at::Tensor> outputs(const at::Tensor& x) const
    {
        std::vector<at::Tensor> outputs;
        for (const at::Tensor& weight : m_weights)
            outputs.push_back(at::linear(x, weight));
        return outputs;
    }

private:
    std::vector<at::Tensor> m_weights;
};

double energy(const at::Tensor& y)
{
    return y.to(at::kDouble).square().sum().item<double>();
}

/// What is left of `target` after the first 1 … K outputs, added to `lost`.
void addLost(at::Tensor target, const std::vector<at::Tensor>& outputs, std::vector<double>& lost)
{
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        target = target - outputs[k];
        lost[k] += energy(target);
    }
}

/// Sums over tokens from which correlations follow, per output feature and in float64.
class OutputMoments
{
public:
    void add(const std::vector<at::Tensor>& outputs)
    {
        std::vector<at::Tensor> wide;
        for (const at::Tensor& output : outputs)
            wide.push_back(output.to(at::kDouble));
        const at::Tensor all = at::stack(wide); // (K, T, out)
        const at::Tensor sums = all.sum(1), products = at::einsum("kto,lto->klo", {all, all});
        m_sums = m_sums.defined() ? m_sums + sums : sums;
        m_products = m_products.defined() ? m_products + products : products;
        m_tokens += static_cast<double>(all.size(1));
    }

    at::Tensor correlation() const
    {
        const at::Tensor means = m_sums / m_tokens;
        const at::Tensor centred = m_products - m_tokens * means.unsqueeze(0) * means.unsqueeze(1);
        const at::Tensor covariance = centred.sum(2), deviation = covariance.diagonal().clamp_min(0).sqrt();
        // A kernel whose outputs never change is related to nothing, itself aside.
        at::Tensor correlation =
            covariance / (deviation.unsqueeze(0) * deviation.unsqueeze(1)).clamp_min(1e-300);
        correlation.diagonal().fill_(1);
        return correlation;
    }

    at::Tensor rms() const
    {
        return (m_products.diagonal().sum(0) / (m_tokens * static_cast<double>(m_sums.size(1)))).sqrt();
    }

private:
    at::Tensor m_sums, m_products; ///< (K, out), (K, K, out)
    double m_tokens = 0;
};

std::vector<double> numbers(const at::Tensor& values)
{
    const at::Tensor flat = values.to(at::kDouble).contiguous();
    const double* data = flat.const_data_ptr<double>();
    return {data, data + flat.numel()};
}

std::vector<double> relative(std::vector<double> lost, double whole)
{
    for (double& value : lost)
        value /= std::max(whole, 1e-30);
    return lost;
}

Result<at::Tensor> denseWeightOf(const ModelFiles& original, const LayerInspection& layer)
{
    at::Tensor weight = at::empty({layer.outFeatures, layer.inFeatures});
    const auto read =
        original.readFloat32(*original.find(layer.name + ".weight"),
                             {weight.mutable_data_ptr<float>(), static_cast<std::size_t>(weight.numel())});
    if (!read) return std::unexpected(read.error());
    return weight;
}

Status checkModels(const ModelFiles& files, const ModelFiles& original, const LayerInspection& layer)
{
    if (auto fits = checkOriginal(layer, original); !fits) return fits;
    const ModelConfig &ours = files.config(), &theirs = original.config();
    const auto check = [&](const char* what, std::int64_t expected, std::int64_t got) -> Status {
        if (expected == got) return {};
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: has {} {}, expected {} as in {}", original.path().string(), got, what,
                                expected, files.path().string()),
                    "Name the full-precision model that this one was converted from.");
    };
    if (auto same = check("tokens in its vocabulary", ours.vocabSize, theirs.vocabSize); !same) return same;
    if (auto same = check("hidden units", ours.hiddenSize, theirs.hiddenSize); !same) return same;
    return check("blocks", ours.numLayers, theirs.numLayers);
}

} // namespace

Result<nlohmann::json> probeLayer(const ModelFiles& files, const ModelFiles* original,
                                  const LayerInspection& layer, const at::Tensor& sequences,
                                  const LoadOptions& options, JobObserver& observer)
{
    if (original)
        if (auto fits = checkModels(files, *original, layer); !fits) return std::unexpected(fits.error());
    const torch::NoGradGuard noGrad;
    auto inputs = inputsOf(files, original, layer.name, sequences, options, observer);
    if (!inputs) return std::unexpected(inputs.error());
    const auto rows = [&](const at::Tensor& x) { return x.reshape({-1, layer.inFeatures}).to(at::kFloat); };
    const at::Tensor full = rows(inputs->full), converted = rows(inputs->converted);
    at::Tensor weight;
    if (original) {
        auto read = denseWeightOf(*original, layer);
        if (!read) return std::unexpected(read.error());
        weight = *read;
    }
    const Kernels kernels(layer);
    OutputMoments moments;
    double whole = 0;
    std::vector<double> lost(layer.kernels.size()), lostInModel(layer.kernels.size());
    for (std::int64_t first = 0; first < full.size(0); first += kTokensAtATime) {
        const std::int64_t count = std::min(kTokensAtATime, full.size(0) - first);
        const auto ours = kernels.outputs(converted.narrow(0, first, count));
        moments.add(ours);
        if (!original) continue;
        const at::Tensor x = full.narrow(0, first, count), target = at::linear(x, weight);
        whole += energy(target);
        addLost(target, kernels.outputs(x), lost);
        addLost(target, ours, lostInModel);
    }
    nlohmann::json correlation = nlohmann::json::array();
    for (const at::Tensor& row : moments.correlation().unbind())
        correlation.push_back(numbers(row));
    nlohmann::json probe = {{"correlation", correlation}, {"output_rms", numbers(moments.rms())}};
    if (original) {
        probe["output_error"] = relative(std::move(lost), whole);
        probe["output_error_in_model"] = relative(std::move(lostInModel), whole);
    }
    return probe;
}

} // namespace boolab
