// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/evaluate.h"

#include "core/engine/device.h"
#include "core/engine/text_tokens.h"
#include "core/evaluate/evaluate_tasks.h"
#include "core/evaluate/measure_text.h"
#include "core/evaluate/model_size.h"
#include "core/evaluate/nan_warning.h"
#include "core/evaluate/token_statistics.h"
#include "core/evaluate/window_logits.h"
#include "core/evaluate/worst_tokens.h"
#include "core/jobs/evaluate_options.h"

#include <cmath>
#include <fmt/format.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

/// (windows, seqLen) int64, or why the text does not give one window.
Result<at::Tensor> cutWindows(const std::vector<std::int32_t>& ids, const Job& job)
{
    const std::int64_t seqLen = job.integer("seq_len"), wanted = job.integer("windows");
    std::int64_t windows = static_cast<std::int64_t>(ids.size()) / seqLen;
    if (windows == 0)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: {} tokens, at least one window of {} was expected",
                                job.text("perplexity"), ids.size(), seqLen),
                    "Use a longer text or a smaller --seq-len.");
    if (wanted > 0) windows = std::min(windows, wanted);
    return torch::tensor(std::vector<std::int64_t>(ids.begin(), ids.begin() + windows * seqLen),
                         torch::kInt64)
        .view({windows, seqLen});
}

bool byDecoder(const Job& job)
{
    return job.text("runtime") != "libtorch";
}

Status checkFirstKernels(const Job& job, const ModelFiles& files)
{
    if (!job.has("first_kernels")) return {};
    if (files.kind() != ModelKind::Boolean)
        return fail(ErrorCode::Usage,
                    fmt::format("--first-kernels: {} is no Boolean model: it has no kernels to count",
                                files.path().string()),
                    "Leave --first-kernels out, or name a converted model.");
    if (byDecoder(job))
        return fail(ErrorCode::Usage,
                    "--first-kernels: --runtime " + job.text("runtime") + " reads all kernels",
                    "Leave one of the two out.");
    return {};
}

Result<std::unique_ptr<WindowLogits>> openModel(const ModelFiles& files, const Job& job)
{
    if (byDecoder(job)) return openDecoderWindows(files, job);
    return openTorchWindows(files, job, job.integer("first_kernels"));
}

/// Always by LibTorch, so that a runtime can be compared with it; null where the job names none.
Result<std::unique_ptr<WindowLogits>> openReference(const ModelFiles& files, const Job& job)
{
    if (job.text("reference").empty()) return nullptr;
    auto reference = ModelFiles::open(job.text("reference"));
    if (!reference) return std::unexpected(reference.error());
    if (reference->config().vocabSize != files.config().vocabSize)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: has {} tokens, {} has {}", job.text("reference"),
                                reference->config().vocabSize, job.text("model"), files.config().vocabSize),
                    "A reference must share the model's tokenizer.");
    return openTorchWindows(*reference, job, 0);
}

TokenStatistics measureWindow(const at::Tensor& window, WindowLogits& model, WindowLogits* reference,
                              std::vector<TokenGap>& gaps)
{
    const auto read = [&](WindowLogits& reader) -> LogitsOf {
        reader.begin(window);
        return [&reader](std::int64_t, std::int64_t count) { return reader.next(count); };
    };
    const LogitsOf logits = read(model);
    return tokenStatistics(window, logits, reference ? read(*reference) : LogitsOf(), &gaps,
                           WorstTokens::kMost);
}

nlohmann::json describe(const Job& job, const ModelFiles& files)
{
    const ModelSize size = sizeOf(files, job.integer("first_kernels"));
    nlohmann::json result = {{"runtime", job.text("runtime")},
                             {"dtype", byDecoder(job) ? "float32" : dtypeName(loadOptions(job, true).dtype)},
                             {"file_bytes", size.fileBytes},
                             {"bits_per_weight", size.bitsPerWeight},
                             {"bits_per_weight_all", size.bitsPerWeightAll}};
    if (size.maxKernels > 0) result["max_kernels"] = size.maxKernels;
    if (job.has("first_kernels")) result["first_kernels"] = job.integer("first_kernels");
    if (job.text("runtime") == "packed")
        for (const char* key : {"embedding", "kv_cache"})
            result[key] = job.text(key);
    return result;
}

Result<nlohmann::json> measurePerplexity(const Job& job, const ModelFiles& files, const Tokenizer& tokenizer,
                                         JobObserver& observer)
{
    observer.phase("reading the text", "tokens");
    auto ids = readTextTokens(job.text("perplexity"), tokenizer);
    if (!ids) return std::unexpected(ids.error());
    auto windows = cutWindows(*ids, job);
    if (!windows) return std::unexpected(windows.error());

    observer.phase("loading the model", "models");
    auto model = openModel(files, job);
    if (!model) return std::unexpected(model.error());
    auto reference = openReference(files, job);
    if (!reference) return std::unexpected(reference.error());

    observer.phase("measuring perplexity", "windows");
    TokenStatistics sums;
    WorstTokens worst;
    const std::int64_t count = windows->size(0);
    observer.progress(0, count);
    for (std::int64_t w = 0; w < count; ++w) {
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped, fmt::format("Stopped after {} of {} windows.", w, count));
        std::vector<TokenGap> gaps;
        const TokenStatistics one = measureWindow((*windows)[w], **model, reference->get(), gaps);
        worst.add(w, (*windows)[w], std::move(gaps));
        sums.add(one);
        observer.metric(w + 1, "nll", one.nll / static_cast<double>(one.positions));
        observer.metric(w + 1, "perplexity", perplexityOf(sums.nll, static_cast<double>(sums.positions)));
        observer.progress(w + 1, count);
    }

    const double positions = static_cast<double>(sums.positions);
    nlohmann::json result = {
        {"perplexity", perplexityOf(sums.nll, positions)},
        {"nll", sums.nll / positions},
        {"tokens", count * windows->size(1)},
        {"windows", count},
        {"protocol",
         fmt::format("gptq-{}: no BOS, non-overlapping windows, tail dropped", windows->size(1))}};
    if (*reference) {
        result["kl_divergence"] = sums.klDivergence / positions;
        result["top_1_agreement"] = static_cast<double>(sums.sameTop) / positions;
        result["worst_tokens"] = worst.toJson(tokenizer);
    }
    return result;
}

} // namespace

Result<nlohmann::json> evaluate(const Job& job, JobObserver& observer)
{
    const torch::NoGradGuard noGrad;
    const bool reads = !job.text("perplexity").empty(), asks = !job.text("tasks").empty();
    if (auto sound = checkEvaluate(job); !sound) return std::unexpected(sound.error());
    auto files = ModelFiles::open(job.text("model"));
    if (!files) return std::unexpected(files.error());
    if (auto fits = checkFirstKernels(job, *files); !fits) return std::unexpected(fits.error());
    auto tokenizer = Tokenizer::open(*files);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    std::vector<EvaluatedTask> tasks;
    if (asks) {
        observer.phase("reading the tasks", "tasks");
        auto read = readTasks(job);
        if (!read) return std::unexpected(read.error());
        tasks = std::move(*read);
    }
    nlohmann::json result = describe(job, *files);
    if (reads) {
        const bool byWindows = job.text("protocol") == "windows";
        if (!byWindows && job.has("reference"))
            return fail(ErrorCode::Usage, "--reference: it is compared by --protocol windows only",
                        "Leave one of the two out.");
        auto measured = byWindows ? measurePerplexity(job, *files, *tokenizer, observer)
                                  : measureText(job, *files, *tokenizer, observer);
        if (!measured) return measured;
        if (!std::isfinite(measured->at("nll").get<double>()))
            warnOfNan(job.text("model"), "perplexity", observer);
        else if (std::isnan(measured->value("kl_divergence", 0.0)))
            warnOfNan(job.text("reference"), "divergence from it", observer);
        result.update(*measured);
    }
    if (asks) {
        auto scored = evaluateTasks(job, *files, *tokenizer, std::move(tasks), observer);
        if (!scored) return scored;
        result.update(*scored);
    }
    return result;
}

} // namespace boolab
