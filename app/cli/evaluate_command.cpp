// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

/// 0.4231 ± 0.0101, or less where there is less.
std::string scoreText(const nlohmann::json& scores, const std::string& metric)
{
    const auto mean = scores.find(metric + ",none");
    if (mean == scores.end()) return {};
    std::string text = fmt::format("  {} {:.4g}", metric, mean->get<double>());
    if (const auto error = scores.find(metric + "_stderr,none"); error != scores.end() && error->is_number())
        text += fmt::format(" ± {:.4f}", error->get<double>());
    return text;
}

std::string tasksText(const nlohmann::json& result)
{
    std::string text;
    for (const auto& [task, scores] : result.at("tasks").items()) {
        text += fmt::format("{:<15}", task);
        for (const char* metric : {"acc", "acc_norm", "acc_bytes", "perplexity"})
            text += scoreText(scores, metric);
        text += fmt::format("  ({} questions)\n", scores.value("sample_len", std::size_t{0}));
    }
    const nlohmann::json& protocol = result.at("tasks_protocol");
    text += fmt::format("as {}, {} BOS\n", protocol.value("harness", ""),
                        protocol.value("bos", false) ? "with" : "without");
    if (result.contains("results_file"))
        text += fmt::format("written to {}\n", result.value("results_file", ""));
    return text;
}

std::string perplexityText(const Job& job, const nlohmann::json& result)
{
    std::string text = fmt::format("perplexity {:.3f} over {} windows of {} tokens of {}, {}\n",
                                   result.value("perplexity", 0.0), result.value("windows", std::int64_t{0}),
                                   job.integer("seq_len"), job.text("perplexity"),
                                   formatDuration(result.value("seconds", 0.0)));
    if (job.text("protocol") != "windows") text += result.value("protocol", "") + "\n";
    if (result.contains("word_perplexity"))
        text +=
            fmt::format("perplexity per word {:.4g}, per byte {:.4g}, {:.4g} bits per byte, {} documents\n",
                        result.value("word_perplexity", 0.0), result.value("byte_perplexity", 0.0),
                        result.value("bits_per_byte", 0.0), result.value("documents", std::int64_t{0}));
    if (job.text("runtime") != "libtorch")
        text += "computed as generate --runtime " + job.text("runtime") + " does\n";
    if (result.contains("kl_divergence"))
        text +=
            fmt::format("KL from {}: {:.4f} per token, same first choice {:.2f} %\n", job.text("reference"),
                        result.value("kl_divergence", 0.0), 100 * result.value("top_1_agreement", 0.0));
    return text;
}

} // namespace

std::string evaluateText(const Job& job, const nlohmann::json& result)
{
    std::string text;
    if (result.contains("perplexity")) text += perplexityText(job, result);
    if (result.contains("tasks")) text += tasksText(result);
    return text;
}

Command addEvaluate(CLI::App& root)
{
    return addJobCommand(root, JobKind::Evaluate, evaluateText);
}

} // namespace boolab::cli
