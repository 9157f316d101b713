// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/bench_convert.h"

#include "core/convert/gptq.h"
#include "core/convert/read_weight.h"
#include "core/convert/weight_converter.h"
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
    std::function<Result<ConvertedLayer>(const Sample&)> run;
    /// The same on the CPU, where the scalar loops can be forced.
    std::function<Result<ConvertedLayer>(const Sample&)> onCpu;
    /// (in, in) of the norm that it minimises; undefined: Frobenius.
    std::function<at::Tensor(const Sample&)> norm;
};

/// On the device that the configuration names, which must be there.
Result<std::vector<Op>> opsOf(const BenchConvertConfig& config)
{
    std::vector<Op> ops;
    const auto add = [&](const char* name, bool alternates, bool weighsColumns, auto norm) -> Status {
        const auto on = [&](const std::string& device) {
            // No fallback: what is measured must be what was asked for.
            return WeightConverter::create({alternates, config.rounds}, device, nullptr);
        };
        const auto device = on(config.device), cpu = on("cpu");
        if (!device) return std::unexpected(device.error());
        const auto with = [=, K = config.kernels](const WeightConverter& converter) {
            return [=](const Sample& sample) {
                const at::Tensor weights = weighsColumns ? columnWeightsOf(sample.gram) : at::Tensor();
                return converter.convert(sample.info, sample.weight.const_data_ptr<float>(), K,
                                         weighsColumns ? weights.const_data_ptr<float>() : nullptr);
            };
        };
        ops.push_back({name, with(*device), with(*cpu), norm});
        return {};
    };
    const auto frobenius = [](const Sample&) { return at::Tensor(); };
    const auto diagonal = [](const Sample& sample) { return at::diag(columnWeightsOf(sample.gram)); };
    if (auto added = add("svid", false, false, frobenius); !added) return std::unexpected(added.error());
    if (auto added = add("refined", true, false, frobenius); !added) return std::unexpected(added.error());
    if (auto added = add("calibrated", true, true, diagonal); !added) return std::unexpected(added.error());
    if (config.device != "cpu") return ops;
    const auto gptq = [config](const Sample& sample) -> Result<ConvertedLayer> {
        return convertUnderHessian(sample.info, sample.weight, config.kernels,
                                   InputGeometry(sample.gram, kDamping), {.alternations = config.rounds});
    };
    ops.push_back({"gptq", gptq, gptq, [](const Sample& sample) {
                       const at::Tensor mean = sample.gram.diagonal().mean();
                       return sample.gram + at::eye(sample.gram.size(0)) * (kDamping * mean);
                   }});
    return ops;
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
    auto fast = op.run(sample);
    if (!fast) return std::unexpected(fast.error());
    if (auto forced = kernels::force_isa("reference"); !forced)
        return fail(ErrorCode::Internal, forced.error());
    const auto reference = op.onCpu(sample);
    if (auto restored = kernels::force_isa(""); !restored) return fail(ErrorCode::Internal, restored.error());
    if (!reference) return std::unexpected(reference.error());
    const double expected = reference->errors.back(), reported = fast->errors.back();
    const double measured = measuredError(sample, *fast, op.norm(sample));
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

Result<double> bestSeconds(const Op& op, const Sample& sample, int repeat)
{
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < repeat; ++i) {
        const auto start = std::chrono::steady_clock::now();
        if (auto layer = op.run(sample); !layer) return std::unexpected(layer.error());
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
    const auto ops = opsOf(config);
    if (!ops) return std::unexpected(ops.error());
    nlohmann::json list = nlohmann::json::array();
    observer.phase("checking the ops", "ops");
    const Sample small = randomSample(kSmallLayer);
    for (const Op& op : *ops) {
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
            for (std::size_t i = 0; i < ops->size(); ++i) {
                if (observer.command() == JobObserver::Command::Stop)
                    return fail(ErrorCode::Stopped, "Stopped while measuring.");
                const auto seconds = bestSeconds((*ops)[i], *sample, config.repeat);
                if (!seconds) return std::unexpected(seconds.error());
                list[i]["seconds"] = list[i]["seconds"].get<double>() + *seconds;
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
                          {"device", config.device},
                          {"isa", kernels::active_isa()},
                          {"model", config.model}};
}

} // namespace boolab
