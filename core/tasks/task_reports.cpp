// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/task_reports.h"

#include "core/base/atomic_write.h"
#include "core/tasks/python_text.h"
#include "core/tasks/task_configs.h"
#include "core/tasks/task_groups.h"
#include "core/tasks/task_means.h"
#include "core/tasks/task_samples.h"

#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <utility>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

template <class Json> std::string dump(const Json& json, int indent = -1)
{
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

/// The harness' sanitize_model_name: characters that no file name may have become "__", several in a row one.
std::string sanitized(const std::string& name)
{
    constexpr std::string_view kUnfit = "\"<>:/|\\?*[]";
    std::string result;
    bool isUnfit = false;
    for (const char c : name) {
        const bool before = std::exchange(isUnfit, kUnfit.contains(c));
        if (!isUnfit)
            result += c;
        else if (!before)
            result += "__";
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

/// What the harness' file says of a run in chat form: none of ours is.
void addChatFields(nlohmann::json& report)
{
    for (const char* key :
         {"system_instruction", "system_instruction_sha", "chat_template", "chat_template_sha"})
        report[key] = nullptr;
    report["fewshot_as_multiturn"] = false;
}

nlohmann::json wholeReport(std::span<const EvaluatedTask> tasks, const TaskReportFacts& facts)
{
    nlohmann::json report = taskReport(tasks);
    report["boolab"] = facts.protocol;
    if (nlohmann::json means = taskMeans(report["results"]); !means.is_null())
        report["boolab"]["tasks_mean"] = std::move(means);
    addMeanGroup(report);
    report["config"] = facts.config;
    report.update(facts.about);
    report["git_hash"] = nullptr; // of the harness' own folder
    report["upper_git_hash"] = nullptr;
    report["lm_eval_version"] = nullptr;
    report["transformers_version"] = "N/A"; // in the harness' words: not installed
    addChatFields(report);
    report["date"] = facts.startedAt;
    report["model_source"] = "boolab";
    report["model_name"] = facts.modelName;
    report["model_name_sanitized"] = sanitized(facts.modelName);
    report["start_time"] = facts.startedAt;
    report["end_time"] = facts.endedAt;
    report["total_evaluation_time_seconds"] = python::repr(facts.endedAt - facts.startedAt);
    return report;
}

/// Returns the hash that the report gives of them.
Result<std::string> writeSamples(const fs::path& file, const EvaluatedTask& task)
{
    std::vector<nlohmann::ordered_json> samples;
    std::string lines;
    for (std::size_t i = 0; i < task.documents.size(); ++i) {
        samples.push_back(taskSample(task, i));
        lines += dump(samples.back()) + "\n";
    }
    if (auto written = writeFileAtomically(file, lines); !written) return std::unexpected(written.error());
    return taskHash(samples);
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
        report["versions"][name] = static_cast<double>(one.task->version);
        report["n-shot"][name] = 0;
        report["configs"][name] = taskConfig(*one.task, one.data.file);
        for (const std::string& metric : metricsOf(*one.task))
            report["higher_is_better"][name][metric] = isHigherBetter(metric);
    }
    return report;
}

Result<fs::path> writeTaskReport(const fs::path& folder, std::span<const EvaluatedTask> tasks,
                                 const TaskReportFacts& facts, bool samples)
{
    const std::string time = timeText(facts.endedAt);
    nlohmann::json report = wholeReport(tasks, facts);
    const fs::path own = folder / report["model_name_sanitized"].get<std::string>();
    std::error_code error;
    fs::create_directories(own, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("{}: cannot be made: {}", own.string(), error.message()),
                    "Name another folder with --results.");
    report["task_hashes"] = nlohmann::json::object();
    for (const EvaluatedTask& task : tasks) {
        if (!samples) break;
        auto hash = writeSamples(own / fmt::format("samples_{}_{}.jsonl", task.task->name, time), task);
        if (!hash) return std::unexpected(hash.error());
        report["task_hashes"][task.task->name] = std::move(*hash);
    }
    const fs::path file = own / ("results_" + time + ".json");
    if (auto written = writeFileAtomically(file, dump(report, 2) + "\n"); !written)
        return std::unexpected(written.error());
    return file;
}

} // namespace boolab
