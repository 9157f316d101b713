// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/bench_convert.h"

#include "core/convert/convert_by_weights.h"
#include "core/convert/gptq.h"
#include "core/convert/read_weight.h"
#include "core/formats/model_files.h"
#include "kernels/isa.h"

#include <ATen/Parallel.h>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <limits>
#include <optional>
#include <torch/utils.h>

namespace boolab
{

namespace
{

constexpr double kDamping = 0.01;
// Rounding decides ties between signs, which lead to fixed points of their own
// (tests/kernels/test_refine.cpp).
constexpr double kReferenceTolerance = 0.02, kReportTolerance = 0.01;
const LinearLayerInfo kSmallLayer{"small", 70, 200, 0};

/// A layer with what the ops read.
struct Sample {
    LinearLayerInfo info;
    at::Tensor weight; ///< (out, in)
    at::Tensor gram;   ///< (in, in) of its inputs
};

struct Op {
    const char* name;
    std::function<ConvertedLayer(const Sample&)> run;
    /// (in, in) of the norm that it minimises; undefined: Frobenius.
    std::function<at::Tensor(const Sample&)> norm;
};

std::vector<Op> opsOf(const BenchConvertConfig& config)
{
    const auto plain = [](const Sample&) { return at::Tensor(); };
    const auto byWeights = [config](const Sample& sample, bool alternates, const float* columnWeights) {
        return convertByWeights(sample.info, sample.weight.const_data_ptr<float>(), config.kernels,
                                {alternates, config.rounds}, columnWeights);
    };
    return {{"svid", [=](const Sample& sample) { return byWeights(sample, false, nullptr); }, plain},
            {"refined", [=](const Sample& sample) { return byWeights(sample, true, nullptr); }, plain},
            {"calibrated",
             [=](const Sample& sample) {
                 return byWeights(sample, true, columnWeightsOf(sample.gram).const_data_ptr<float>());
             },
             [](const Sample& sample) { return at::diag(columnWeightsOf(sample.gram)); }},
            {"gptq",
             [config](const Sample& sample) {
                 return convertUnderHessian(sample.info, sample.weight, config.kernels,
                                            InputGeometry(sample.gram, kDamping),
                                            {.alternations = config.rounds});
             },
             [](const Sample& sample) {
                 const at::Tensor mean = sample.gram.diagonal().mean();
                 return sample.gram + at::eye(sample.gram.size(0)) * (kDamping * mean);
             }}};
}

/// Inputs with strong correlations and a few loud columns, as activations have.
at::Tensor randomGram(std::int64_t N)
{
    const std::int64_t rank = std::max<std::int64_t>(N / 4, 1);
    const at::Tensor x = at::mm(at::randn({2 * N, rank}), at::randn({rank, N})) + 0.3 * at::randn({2 * N, N});
    x.select(1, N / 3) *= 20;
    return at::mm(x.t(), x);
}

Sample randomSample(const LinearLayerInfo& info)
{
    return {info, at::randn({info.outFeatures, info.inFeatures}), randomGram(info.inFeatures)};
}

double energy(const at::Tensor& A, const at::Tensor& norm)
{
    return ((norm.defined() ? at::mm(A, norm) : A) * A).sum(at::kDouble).item<double>();
}

double measuredError(const Sample& sample, ConvertedLayer& layer, const at::Tensor& norm)
{
    return energy(sample.weight - denseWeight(layer), norm) / energy(sample.weight, norm);
}

/// The op on a small layer: as its scalar reference does it, and what it says of itself is true.
Result<nlohmann::json> checkOp(const Op& op, const Sample& sample)
{
    ConvertedLayer fast = op.run(sample);
    if (auto forced = kernels::force_isa("reference"); !forced)
        return fail(ErrorCode::Internal, forced.error());
    const double expected = op.run(sample).errors.back();
    if (auto restored = kernels::force_isa(""); !restored) return fail(ErrorCode::Internal, restored.error());
    const double reported = fast.errors.back(), measured = measuredError(sample, fast, op.norm(sample));
    const auto differs = [](double a, double b, double tolerance) {
        return !(std::abs(a - b) <= tolerance * std::abs(b) + 1e-9);
    };
    if (differs(reported, expected, kReferenceTolerance) || differs(reported, measured, kReportTolerance))
        return fail(
            ErrorCode::Internal,
            fmt::format("{}: leaves the relative error {:.6g} and reports {:.6g}, its reference {:.6g}",
                        op.name, measured, reported, expected),
            "Please report this with the processor's name.");
    return nlohmann::json{{"error", reported}, {"reference_error", expected}};
}

double bestSeconds(const Op& op, const Sample& sample, int repeat)
{
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < repeat; ++i) {
        const auto start = std::chrono::steady_clock::now();
        (void)op.run(sample);
        best =
            std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

/// What only shapes are taken from where no model is named.
ModelConfig smolLm2()
{
    ModelConfig config;
    config.hiddenSize = 576;
    config.intermediateSize = 1536;
    config.numLayers = 30;
    config.numHeads = 9;
    config.numKvHeads = 3;
    config.headDim = 64;
    return config;
}

Result<Sample> sampleOf(const std::optional<ModelFiles>& files, const LinearLayerInfo& info)
{
    Sample sample = randomSample(info);
    if (!files) return sample;
    auto weight = readWeight(*files, info);
    if (!weight) return std::unexpected(weight.error());
    sample.weight = at::from_blob(weight->data(), {info.outFeatures, info.inFeatures}).clone();
    return sample;
}

} // namespace

Result<nlohmann::json> benchConvert(const BenchConvertConfig& config, JobObserver& observer)
{
    const torch::NoGradGuard noGrad;
    torch::manual_seed(1);
    std::optional<ModelFiles> files;
    if (!config.model.empty()) {
        auto opened = ModelFiles::open(config.model);
        if (!opened) return std::unexpected(opened.error());
        files.emplace(std::move(*opened));
        if (files->kind() == ModelKind::Boolean)
            return fail(ErrorCode::Unsupported, fmt::format("{}: is a Boolean model already", config.model),
                        "Name a full-precision model.");
    }
    const ModelConfig shape = files ? files->config() : smolLm2();
    const std::vector<Op> ops = opsOf(config);
    nlohmann::json list = nlohmann::json::array();
    observer.phase("checking the ops", "ops");
    const Sample small = randomSample(kSmallLayer);
    for (const Op& op : ops) {
        auto checked = checkOp(op, small);
        if (!checked) return std::unexpected(checked.error());
        list.push_back({{"op", op.name}, {"seconds", 0.0}, {"check", *checked}});
    }

    const std::int64_t blocks = std::min(config.blocks, shape.numLayers);
    std::int64_t layers = 0, weights = 0;
    observer.phase("measuring", "blocks");
    observer.progress(0, blocks);
    for (std::int64_t b = 0; b < blocks; ++b) {
        for (const LinearLayerInfo& info : linearLayersOf(shape, b * shape.numLayers / blocks)) {
            auto sample = sampleOf(files, info);
            if (!sample) return std::unexpected(sample.error());
            for (std::size_t i = 0; i < ops.size(); ++i) {
                if (observer.command() == JobObserver::Command::Stop)
                    return fail(ErrorCode::Stopped, "Stopped while measuring.");
                list[i]["seconds"] =
                    list[i]["seconds"].get<double>() + bestSeconds(ops[i], *sample, config.repeat);
            }
            ++layers;
            weights += info.outFeatures * info.inFeatures;
        }
        observer.progress(b + 1, blocks);
    }
    const double scale = static_cast<double>(shape.numLayers) / static_cast<double>(blocks);
    const double svid = list[0]["seconds"];
    for (auto& one : list) {
        one["ratio"] = one["seconds"].get<double>() / svid;
        one["seconds"] = one["seconds"].get<double>() * scale;
    }
    return nlohmann::json{{"ops", list},
                          {"layers", layers / blocks * shape.numLayers},
                          {"weights", static_cast<std::int64_t>(static_cast<double>(weights) * scale)},
                          {"measured_layers", layers},
                          {"kernels", config.kernels},
                          {"rounds", config.rounds},
                          {"repeat", config.repeat},
                          {"threads", at::get_num_threads()},
                          {"isa", kernels::active_isa()},
                          {"model", config.model}};
}

} // namespace boolab
