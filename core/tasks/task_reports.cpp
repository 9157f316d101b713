// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/task_reports.h"

#include "core/base/atomic_write.h"
#include "core/base/system_info.h"

#include <cctype>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

std::string dump(const nlohmann::json& json, int indent = -1)
{
    return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The harness' sanitize_model_name: what is no word character becomes "__".
std::string sanitized(const std::string& name)
{
    std::string result;
    for (const char c : name) {
        const bool kept =
            std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
        result += kept ? std::string(1, c) : "__";
    }
    return result;
}

std::string timeText(double seconds)
{
    const auto whole = static_cast<std::time_t>(seconds);
    std::tm local{};
    localtime_r(&whole, &local);
    return fmt::format("{:%Y-%m-%dT%H-%M-%S}.{:06}", local,
                       static_cast<int>((seconds - static_cast<double>(whole)) * 1e6));
}

nlohmann::json metricsOf(const ZeroShotTask& task)
{
    nlohmann::json names = {"acc"};
    if (task.hasNormalised) names.insert(names.end(), {"acc_norm", "acc_bytes"});
    if (task.isCloze) names.push_back("perplexity");
    return names;
}

nlohmann::json sampleOf(const EvaluatedTask& task, std::size_t i)
{
    const TaskDocument& document = task.data.documents[i];
    nlohmann::json arguments = nlohmann::json::object(), responses = nlohmann::json::array();
    for (std::size_t r = 0; r < document.requests.size(); ++r) {
        arguments[fmt::format("gen_args_{}", r)] = {{"arg_0", document.requests[r].context},
                                                    {"arg_1", document.requests[r].continuation}};
        const ContinuationScore& score = task.scores[i][r];
        responses.push_back({score.logLikelihood, score.isGreedy});
    }
    nlohmann::json sample = {{"doc_id", i},
                             {"doc", task.data.lines[i]},
                             {"target", document.gold},
                             {"arguments", arguments},
                             {"resps", responses},
                             {"filtered_resps", responses},
                             {"filter", "none"},
                             {"metrics", metricsOf(*task.task)},
                             {"acc", task.documents[i].acc}};
    if (const auto value = task.documents[i].accNorm) sample["acc_norm"] = *value;
    if (const auto value = task.documents[i].accBytes) sample["acc_bytes"] = *value;
    if (const auto value = task.documents[i].logLikelihood) sample["perplexity"] = *value;
    return sample;
}

} // namespace

nlohmann::json taskReport(std::span<const EvaluatedTask> tasks)
{
    nlohmann::json report;
    for (const EvaluatedTask& one : tasks) {
        const std::string& name = one.task->name;
        report["results"][name] = taskResult(*one.task, one.documents);
        report["results"][name]["sample_len"] = one.documents.size();
        report["n-samples"][name] = {{"original", one.data.total}, {"effective", one.documents.size()}};
        report["versions"][name] = one.task->version;
        report["n-shot"][name] = 0;
        report["configs"][name] = {{"task", name},
                                   {"dataset_path", "json"},
                                   {"dataset_kwargs", {{"data_files", one.data.file.string()}}},
                                   {"output_type", one.task->isCloze ? "loglikelihood" : "multiple_choice"},
                                   {"num_fewshot", 0}};
        for (const auto& metric : metricsOf(*one.task))
            report["higher_is_better"][name][metric.get<std::string>()] = metric != "perplexity";
    }
    return report;
}

Result<fs::path> writeTaskReport(const fs::path& folder, std::span<const EvaluatedTask> tasks,
                                 const TaskReportFacts& facts, bool samples)
{
    const std::string model = sanitized(facts.modelName), time = timeText(facts.endedAt);
    nlohmann::json report = taskReport(tasks);
    report["config"] = facts.config;
    report["boolab"] = facts.protocol;
    report["date"] = facts.startedAt;
    report["model_source"] = "boolab";
    report["model_name"] = facts.modelName;
    report["model_name_sanitized"] = model;
    report["max_length"] = facts.maxLength;
    report["start_time"] = facts.startedAt;
    report["end_time"] = facts.endedAt;
    report["total_evaluation_time_seconds"] = fmt::format("{}", facts.endedAt - facts.startedAt);

    const fs::path own = folder / model, file = own / ("results_" + time + ".json");
    std::error_code error;
    fs::create_directories(own, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("{}: cannot be made: {}", own.string(), error.message()),
                    "Name another folder with --results.");
    if (samples)
        for (const EvaluatedTask& task : tasks) {
            std::string lines;
            for (std::size_t i = 0; i < task.documents.size(); ++i)
                lines += dump(sampleOf(task, i)) + "\n";
            const fs::path to = own / fmt::format("samples_{}_{}.jsonl", task.task->name, time);
            if (auto written = writeFileAtomically(to, lines); !written)
                return std::unexpected(written.error());
        }
    if (auto written = writeFileAtomically(file, dump(report, 2) + "\n"); !written)
        return std::unexpected(written.error());
    return file;
}

} // namespace boolab
