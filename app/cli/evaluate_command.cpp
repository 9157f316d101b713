// SPDX-License-Identifier: Apache-2.0
#include "app/cli/execute_job.h"
#include "app/cli/job_command.h"
#include "app/cli/output.h"
#include "app/cli/stop_signals.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

/// NaN, which prints without a sign, where a model computed NaN: null in a result that was stored.
double figure(const nlohmann::json& result, const char* key)
{
    const auto found = result.find(key);
    const double value = found != result.end() && found->is_number() ? found->get<double>() : NAN;
    return std::isnan(value) ? std::abs(value) : value;
}

/// 0.4231 ± 0.0101, or less where there is less.
std::string scoreText(const nlohmann::json& scores, const std::string& metric)
{
    const auto mean = scores.find(metric + ",none");
    if (mean == scores.end()) return {};
    std::string text = fmt::format("  {} {:.4g}", metric, figure(scores, (metric + ",none").c_str()));
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
    if (const auto means = result.find("tasks_mean"); means != result.end()) {
        text += fmt::format("{:<15}  acc {:.4g}  acc_norm {:.4g}", "mean", means->value("acc", 0.0),
                            means->value("acc_norm", 0.0));
        if (means->contains("one_bit_papers"))
            text += fmt::format("  as papers on 1 bit average {:.4g}", means->value("one_bit_papers", 0.0));
        text += "\n";
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
                                   figure(result, "perplexity"), result.value("windows", std::int64_t{0}),
                                   job.integer("seq_len"), job.text("perplexity"),
                                   formatDuration(result.value("seconds", 0.0)));
    if (job.text("protocol") != "windows") text += result.value("protocol", "") + "\n";
    if (result.contains("word_perplexity"))
        text +=
            fmt::format("perplexity per word {:.4g}, per byte {:.4g}, {:.4g} bits per byte, {} documents\n",
                        figure(result, "word_perplexity"), figure(result, "byte_perplexity"),
                        figure(result, "bits_per_byte"), result.value("documents", std::int64_t{0}));
    if (job.text("runtime") != "libtorch")
        text += "computed as generate --runtime " + job.text("runtime") + " does\n";
    if (result.contains("kl_divergence"))
        text +=
            fmt::format("KL from {}: {:.4f} per token, same first choice {:.2f} %\n", job.text("reference"),
                        figure(result, "kl_divergence"), 100 * result.value("top_1_agreement", 0.0));
    return text;
}

/// The end of a text, of whole characters.
std::string lastCharacters(const std::string& text, std::size_t bytes)
{
    std::size_t from = text.size() - std::min(bytes, text.size());
    while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80)
        ++from;
    return text.substr(from);
}

/// Where the reference and the model are farthest apart.
std::string worstText(const nlohmann::json& worst)
{
    constexpr std::size_t kMost = 5, kBefore = 40;
    std::string text;
    for (std::size_t i = 0; i < std::min(kMost, worst.size()); ++i) {
        const nlohmann::json& token = worst[i];
        const std::string before = lastCharacters(token.value("before", ""), kBefore);
        text += fmt::format("  KL {:6.2f} after {}: expected {} ({:.1f} %, here {:.2g} %), first choice {}\n",
                            figure(token, "kl_divergence"), nlohmann::json("…" + before).dump(),
                            nlohmann::json(token.value("reference_top", "")).dump(),
                            100 * figure(token, "reference_top_probability"),
                            100 * figure(token, "probability_of_reference_top"),
                            nlohmann::json(token.value("top", "")).dump());
    }
    return text.empty() ? text : "farthest from the reference:\n" + text;
}

struct Measured {
    std::string model;
    ExecutedJob executed;
};

/// One after another, a run for each; those that fail do not hold up the others.
std::vector<Measured> evaluateAll(const std::vector<Job>& jobs, bool quiet)
{
    std::vector<Measured> all;
    for (const Job& job : jobs) {
        if (stopRequested()) break;
        all.push_back({job.text("model"), executeJob(job, quiet)});
    }
    return all;
}

int printAll(const std::vector<Job>& jobs, const std::vector<Measured>& all, bool json)
{
    int code = all.size() < jobs.size() ? exitCode(ErrorCode::Stopped) : 0;
    nlohmann::json models = nlohmann::json::array();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& [model, executed] = all[i];
        if (!executed.result && code == 0) code = exitCode(executed.result.error().code);
        nlohmann::json one = executed.result ? *executed.result
                                             : nlohmann::json{{"error", errorJson(executed.result.error())}};
        one["model"] = model;
        models.push_back(std::move(one));
        if (!json)
            printText(model + "\n" +
                      (executed.result ? evaluateText(jobs[i], *executed.result)
                                       : executed.result.error().text() + "\n"));
    }
    if (json) printJson({{"models", models}});
    return code;
}

} // namespace

std::string evaluateText(const Job& job, const nlohmann::json& result)
{
    std::string text;
    if (result.contains("perplexity")) text += perplexityText(job, result);
    if (result.contains("worst_tokens")) text += worstText(result["worst_tokens"]);
    if (result.contains("tasks")) text += tasksText(result);
    return text;
}

Command addEvaluate(CLI::App& root)
{
    const JobSpec& spec = jobSpec(JobKind::Evaluate);
    CLI::App* app = root.add_subcommand(spec.name, spec.summary);
    auto arguments = std::make_shared<JobArguments>(*app, spec);
    auto others = std::make_shared<std::vector<std::string>>();
    app->add_option("more", *others,
                    "More models to measure in the same way, one after another: a run for each.")
        ->option_text("MODEL …");
    return {app, [arguments, others] {
                const CliFlags& flags = arguments->flags();
                const auto here = std::filesystem::current_path();
                std::vector<Job> jobs;
                if (auto job = arguments->job(here))
                    jobs.push_back(std::move(*job));
                else
                    return report(job.error(), flags.json);
                for (const std::string& model : *others) {
                    Job job = jobs.front();
                    if (auto set = job.set("model", model); !set) return report(set.error(), flags.json);
                    job.resolvePaths(here);
                    jobs.push_back(std::move(job));
                }
                if (flags.dryRun) return printPlan(jobs.front(), flags);
                return jobs.size() == 1 ? runAndPrint(jobs.front(), flags, evaluateText)
                                        : printAll(jobs, evaluateAll(jobs, flags.quiet), flags.json);
            }};
}

} // namespace boolab::cli
