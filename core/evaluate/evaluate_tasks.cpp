// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/evaluate_tasks.h"

#include "core/tasks/task_means.h"

#include "core/base/system_info.h"
#include "core/engine/cache_file.h"
#include "core/engine/device.h"
#include "core/evaluate/continuation_scorer.h"
#include "core/evaluate/harness_facts.h"
#include "core/evaluate/nan_warning.h"
#include "core/evaluate/score_log.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>
#include <sstream>

namespace boolab
{

namespace
{

double now()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::vector<std::string> namedTasks(const Job& job)
{
    std::vector<std::string> names;
    std::istringstream all(job.text("tasks"));
    for (std::string name; std::getline(all, name, ',');)
        if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
    return names;
}

/// All requests of all tasks, as the model reads them.
Result<std::vector<ContinuationTokens>> tokensOf(std::span<const EvaluatedTask> tasks,
                                                 const Tokenizer& tokenizer, bool addBos,
                                                 std::int64_t maxLength)
{
    std::vector<ContinuationTokens> all;
    for (const EvaluatedTask& task : tasks)
        for (std::size_t i = 0; i < task.data.documents.size(); ++i)
            for (const TaskRequest& request : task.data.documents[i].requests) {
                auto tokens = continuationTokens(request, tokenizer, addBos, maxLength);
                if (!tokens)
                    return fail(tokens.error().code,
                                fmt::format("{}: question {}: {}", task.data.file.string(), i + 1,
                                            tokens.error().message),
                                tokens.error().hint);
                all.push_back(std::move(*tokens));
            }
    return all;
}

/// What scores depend on, in one line.
std::string keyOf(const Job& job, const ModelFiles& files, const std::vector<ContinuationTokens>& requests)
{
    std::uint64_t hash = 0xCBF29CE484222325ULL; // FNV-1a
    const auto mix = [&](std::int32_t token) {
        hash = (hash ^ static_cast<std::uint32_t>(token)) * 0x100000001B3ULL;
    };
    for (const ContinuationTokens& request : requests) {
        std::ranges::for_each(request.input, mix);
        std::ranges::for_each(request.targets, mix);
        mix(-1);
    }
    nlohmann::json settings;
    for (const char* key : {"runtime", "embedding", "kv_cache", "first_kernels", "device"})
        settings[key] = job.value(key);
    settings["dtype"] = dtypeName(loadOptions(job, true).dtype);
    return fmt::format("{} | {} | {} requests {:016x} | {}", identityOf(files), settings.dump(),
                       requests.size(), hash, boolabVersion());
}

/// Longest first, as the harness goes: what does not fit the memory fails at once.
std::vector<std::size_t> byLength(const std::vector<ContinuationTokens>& requests)
{
    std::vector<std::size_t> order(requests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return requests[i].input.size(); });
    return order;
}

/// The decoder reads a question's context once where its requests follow each other.
std::vector<std::size_t> orderFor(const Job& job, const std::vector<ContinuationTokens>& requests)
{
    if (job.text("runtime") == "libtorch") return byLength(requests);
    std::vector<std::size_t> order(requests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

Status scoreAll(const Job& job, const ModelFiles& files, const std::vector<ContinuationTokens>& requests,
                ScoreLog& log, JobObserver& observer)
{
    std::vector<std::size_t> open = orderFor(job, requests);
    std::erase_if(open, [&](std::size_t i) { return log.scores().contains(i); });
    if (open.size() < requests.size())
        observer.log("info", fmt::format("{} of {} requests were scored before",
                                         requests.size() - open.size(), requests.size()));
    if (open.empty()) return {};
    observer.phase("loading the model", "models");
    auto scorer = openContinuationScorer(files, job);
    if (!scorer) return std::unexpected(scorer.error());
    observer.phase("scoring the tasks", "requests");
    const auto total = std::ssize(requests);
    const auto batch = static_cast<std::size_t>(job.integer("batch_size"));
    for (std::size_t first = 0; first < open.size(); first += batch) {
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped,
                        fmt::format("Stopped after {} of {} requests; the same command goes on there.",
                                    log.scores().size(), total));
        const auto part = std::span(open).subspan(first, std::min(batch, open.size() - first));
        std::vector<const ContinuationTokens*> together;
        for (const std::size_t i : part)
            together.push_back(&requests[i]);
        const std::vector<ContinuationScore> scores = (*scorer)->score(together);
        for (std::size_t j = 0; j < part.size(); ++j)
            log.add(part[j], scores[j]);
        log.flush();
        observer.progress(std::ssize(log.scores()), total);
    }
    return {};
}

void share(std::vector<EvaluatedTask>& tasks, const ScoreLog& log)
{
    std::size_t request = 0;
    for (EvaluatedTask& task : tasks)
        for (const TaskDocument& document : task.data.documents) {
            std::vector<ContinuationScore>& scores = task.scores.emplace_back();
            for (std::size_t r = 0; r < document.requests.size(); ++r)
                scores.push_back(log.scores().at(request++));
            task.documents.push_back(scoreDocument(*task.task, document, scores));
        }
}

nlohmann::json protocolOf(const Job& job, bool hasBos)
{
    nlohmann::json protocol = {{"harness", "lm-evaluation-harness 0.4, 0-shot"},
                               {"bos", hasBos},
                               {"runtime", job.text("runtime")},
                               {"boolab", boolabVersion()}};
    if (job.integer("limit") > 0) protocol["limit"] = job.integer("limit");
    return protocol;
}

} // namespace

Result<std::vector<EvaluatedTask>> readTasks(const Job& job)
{
    std::vector<EvaluatedTask> tasks;
    for (const std::string& name : namedTasks(job)) {
        const ZeroShotTask* task = findTask(name);
        if (task == nullptr) return fail(ErrorCode::Usage, fmt::format("--tasks: no task \"{}\"", name));
        auto data = readTask(*task, job.text("task_data"), job.integer("limit"));
        if (!data) return std::unexpected(data.error());
        tasks.push_back({.task = task, .data = std::move(*data), .scores = {}, .documents = {}});
    }
    return tasks;
}

Result<nlohmann::json> evaluateTasks(const Job& job, const ModelFiles& files, const Tokenizer& tokenizer,
                                     std::vector<EvaluatedTask> tasks, JobObserver& observer)
{
    const double start = now();
    const bool addBos = job.text("bos") == "auto";
    const std::int64_t maxLength = files.config().maxPositions;
    const auto requests = tokensOf(tasks, tokenizer, addBos, maxLength);
    if (!requests) return std::unexpected(requests.error());
    const std::string key = keyOf(job, files, *requests);
    ScoreLog log(cacheFile("scores", key, "txt"), key);
    if (auto scored = scoreAll(job, files, *requests, log, observer); !scored)
        return std::unexpected(scored.error());
    const auto isNan = [](const auto& one) { return std::isnan(one.second.logLikelihood); };
    if (const auto bad = std::ranges::count_if(log.scores(), isNan); bad > 0)
        warnOfNan(job.text("model"), fmt::format("likelihood of {} of {} answers", bad, log.scores().size()),
                  observer);
    share(tasks, log);

    nlohmann::json report = taskReport(tasks);
    for (const auto& [name, scores] : report["results"].items())
        for (const char* metric : {"acc", "acc_norm"})
            if (const auto found = scores.find(std::string(metric) + ",none"); found != scores.end())
                observer.metric(1, name + "_" + metric, found->get<double>());
    const nlohmann::json protocol = protocolOf(job, addBos && !tokenizer.encode("", true).empty());
    nlohmann::json result = {{"tasks", report["results"]}, {"tasks_protocol", protocol}};
    if (nlohmann::json means = taskMeans(report["results"]); !means.is_null())
        result["tasks_mean"] = std::move(means);
    if (job.has("results")) {
        TaskReportFacts facts = harnessFacts(job, files, tokenizer);
        facts.protocol = protocol;
        facts.startedAt = start;
        facts.endedAt = now();
        auto file = writeTaskReport(job.text("results"), tasks, facts, job.on("log_samples"));
        if (!file) return std::unexpected(file.error());
        observer.artifact("results", file->string());
        result["results_file"] = file->string();
    }
    log.remove();
    return result;
}

} // namespace boolab
