// SPDX-License-Identifier: Apache-2.0
#include "core/compare/scores.h"

#include "core/base/json_field.h"
#include "core/base/normal_path.h"
#include "core/jobs/job.h"
#include "core/jobs/text_format.h"
#include "core/tasks/task_means.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

bool startsWith(const std::string& text, std::initializer_list<const char*> starts)
{
    return std::ranges::any_of(starts, [&](const char* start) { return text.starts_with(start); });
}

bool contains(const std::string& text, std::initializer_list<const char*> parts)
{
    return std::ranges::any_of(parts, [&](const char* part) { return text.find(part) != std::string::npos; });
}

/// What a figure depends on, told twice: short for people, whole for comparing.
struct Stamp {
    std::vector<std::string> words, keys;

    void add(const std::string& word, const std::string& key)
    {
        if (!word.empty()) words.push_back(word);
        keys.push_back(key);
    }
    void add(const std::string& word) { add(word, word); }
    void addFile(const std::string& path)
    {
        if (!path.empty()) add(lastName(path), std::filesystem::path(path).lexically_normal().string());
    }
    Score score(const std::string& metric, double value) const
    {
        return {metric, fmt::format("{}", fmt::join(words, ", ")),
                metric + "\n" + fmt::format("{}", fmt::join(keys, "\n")), value};
    }
};

/// The job with its defaults; the text of a job that cannot be read stays.
class Settings
{
public:
    explicit Settings(const RunRecord& run) : m_raw(run.job)
    {
        if (auto job = Job::fromJson(run.job, "job")) m_job.emplace(std::move(*job));
    }
    std::string text(const char* key) const
    {
        const Json value = m_job ? m_job->value(key) : m_raw.is_object() ? m_raw.value(key, Json()) : Json();
        if (value.is_number_float()) return formatNumber(value.get<double>());
        return value.is_null() ? std::string() : value.is_string() ? value.get<std::string>() : value.dump();
    }

private:
    const Json& m_raw;
    std::optional<Job> m_job;
};

std::string countText(const Json& result, const char* key, const char* unit)
{
    const auto count = numberAt(result, key);
    return count ? fmt::format("{} {}", static_cast<std::int64_t>(*count), unit) : std::string();
}

void addPerplexity(Stamp& stamp, const RunRecord& run, const Settings& settings)
{
    const std::string protocol = textAt(run.result, "protocol");
    stamp.add(protocol.substr(0, protocol.find(':')), protocol);
    stamp.add(countText(run.result, "windows", "windows"));
    stamp.addFile(settings.text("perplexity"));
    stamp.add({}, countText(run.result, "tokens", "tokens"));
}

void addHeldOut(Stamp& stamp, const Settings& settings)
{
    const std::string file = settings.text("held_out");
    stamp.add("held out");
    if (file.empty()) {
        stamp.addFile(settings.text("data"));
        stamp.add("its end");
    } else {
        stamp.addFile(file);
    }
    stamp.add(settings.text("held_out_windows") + " windows of " + settings.text("seq_len"));
}

void addTasks(Stamp& stamp, const Json& result)
{
    const auto found = result.find("tasks_protocol");
    if (found == result.end() || !found->is_object()) return stamp.add("harness not known");
    std::string harness = textAt(*found, "harness");
    constexpr std::string_view kLong = "lm-evaluation-harness";
    if (harness.starts_with(kLong)) harness.replace(0, kLong.size(), "lm-eval");
    stamp.add(harness);
    const auto bos = found->find("bos");
    if (bos != found->end() && bos->is_boolean()) stamp.add(bos->get<bool>() ? "BOS" : "no BOS");
    if (const auto limit = numberAt(*found, "limit"))
        stamp.add(fmt::format("first {} questions", static_cast<std::int64_t>(*limit)));
}

/// Errors of weights and errors on a text's inputs are two things.
void addErrorKind(Stamp& stamp, const Settings& settings)
{
    const std::string method = settings.text("method");
    if (method != "calibrated" && method != "gptq") return stamp.add("of the weights");
    stamp.add("of the outputs");
    stamp.addFile(settings.text("calibration"));
}

void addWork(Stamp& stamp, const RunRecord& run, const Settings& settings)
{
    stamp.add(run.kind);
    stamp.add(run.device.empty() ? "device not known" : run.device);
    if (run.kind == "evaluate" || run.kind == "generate") stamp.add(settings.text("runtime"));
    stamp.add({}, run.host);
}

Stamp stampOf(const RunRecord& run, const std::string& metric)
{
    Stamp stamp;
    const Settings settings(run);
    if (startsWith(metric, {"held_out"})) {
        addHeldOut(stamp, settings);
    } else if (startsWith(metric, {"loss"})) {
        stamp.add(settings.text("kd_reduction") + ", temperature " + settings.text("temperature") +
                  ", hidden weight " + settings.text("hidden_weight"));
        stamp.add({}, settings.text("teacher"));
        stamp.addFile(settings.text("data"));
    } else if (metric == "relative_error") {
        addErrorKind(stamp, settings);
    } else if (startsWith(metric, {"seconds", "tokens_per_second", "peak_memory_bytes", "memory_bytes"})) {
        addWork(stamp, run, settings);
    } else if (run.kind == "evaluate" && (isQuality(metric) || metric == "nll")) {
        addPerplexity(stamp, run, settings);
        if (startsWith(metric, {"kl_divergence", "top_1"})) stamp.addFile(settings.text("reference"));
    }
    return stamp;
}

/// "acc,none" of lm-evaluation-harness is "acc".
std::string metricName(const std::string& column)
{
    return column.substr(0, column.find(','));
}

/// Questions of each task: a task that was cut short is another task.
std::string sizeOf(const Json& scores)
{
    const auto count = numberAt(scores, "sample_len");
    return count ? fmt::format("{} questions", static_cast<std::int64_t>(*count)) : std::string();
}

void addAverages(std::vector<Score>& all, const Json& tasks, const Stamp& base)
{
    double paper = 0, plain = 0;
    std::size_t paperTasks = 0, plainTasks = 0;
    Stamp paperStamp = base, plainStamp = base;
    std::vector<std::string> names;
    const auto papers = oneBitPaperTasks();
    for (const auto& [task, scores] : tasks.items()) {
        const auto known = std::ranges::find(papers, task, &PaperTask::task);
        if (known != papers.end())
            if (const auto value = numberAt(scores, std::string(known->metric) + ",none")) {
                paper += *value;
                ++paperTasks;
                paperStamp.add({}, task + sizeOf(scores));
            }
        if (const auto value = numberAt(scores, "acc,none")) {
            plain += *value;
            ++plainTasks;
            names.push_back(task);
            plainStamp.add({}, task + sizeOf(scores));
        }
    }
    if (paperTasks == papers.size())
        all.push_back(paperStamp.score(kPaperAverage, paper / static_cast<double>(paperTasks)));
    if (plainTasks < 2) return;
    plainStamp.add(fmt::format("{}", fmt::join(names, "+")));
    all.push_back(plainStamp.score("average acc", plain / static_cast<double>(plainTasks)));
}

void addTaskScores(std::vector<Score>& all, const Json& result)
{
    const auto tasks = result.find("tasks");
    if (tasks == result.end() || !tasks->is_object()) return;
    Stamp base;
    addTasks(base, result);
    for (const auto& [task, scores] : tasks->items()) {
        if (!scores.is_object()) continue;
        Stamp stamp = base;
        stamp.add(sizeOf(scores));
        for (const auto& [column, value] : scores.items()) {
            const std::string metric = metricName(column);
            const auto number = numberAt(scores, column);
            if (!number || metric == "sample_len" || metric.ends_with("_stderr")) continue;
            Score score = stamp.score(task + " " + metric, *number);
            score.standardError = numberAt(scores, metric + "_stderr,none").value_or(0);
            all.push_back(std::move(score));
        }
    }
    addAverages(all, *tasks, base);
}

} // namespace

Better betterOf(const std::string& metric)
{
    if (isAccuracy(metric) || contains(metric, {"per_second", "top_1_agreement"})) return Better::Higher;
    if (contains(metric,
                 {"perplexity", "loss", "kl", "nll", "error", "bytes", "seconds", "bits_per_", "drift"}))
        return Better::Lower;
    return Better::Unknown;
}

bool isAccuracy(const std::string& metric)
{
    return metric == kPaperAverage || metric.ends_with(" acc") || metric.ends_with(" acc_norm") ||
           metric.ends_with(" acc_bytes") || metric.ends_with("_acc") || metric.ends_with("_acc_norm");
}

bool isQuality(const std::string& metric)
{
    return isAccuracy(metric) ||
           contains(metric, {"perplexity", "bits_per_byte", "top_1_agreement", "kl_divergence"}) ||
           metric == "held_out_kl";
}

Score scoreOf(const RunRecord& run, const std::string& metric, double value)
{
    return stampOf(run, metric).score(metric, value);
}

std::vector<Score> scoresOf(const RunRecord& run)
{
    std::vector<Score> all;
    if (!run.result.is_object()) return all;
    const Json& result = run.result;
    for (const auto& [key, value] : result.items()) {
        const auto number = numberAt(result, key);
        // How much was measured stands in the protocols.
        if (!number || key == "run_id" || key == "windows" || key == "tokens") continue;
        all.push_back(scoreOf(run, key, *number));
    }
    addTaskScores(all, result);
    return all;
}

} // namespace boolab
