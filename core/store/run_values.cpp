// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_values.h"

#include "core/base/json_field.h"
#include "core/jobs/job_spec.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace boolab
{

namespace
{

using Visit = std::function<bool(const RunValue&)>;

const std::map<std::string, std::string, std::less<>> kAliases = {
    {"ppl", "perplexity"},   {"bits", "bits_per_weight"}, {"bpw", "bits_per_weight"},
    {"lr", "learning_rate"}, {"size", "file_bytes"},      {"tags", "tag"},
    {"note", "notes"},       {"seconds", "time"},         {"duration", "time"},
    {"sweep", "parent"}};

RunValue numbered(double number)
{
    return {nlohmann::json(number).dump(), number};
}

bool visitJson(const nlohmann::json& value, const Visit& visit)
{
    if (value.is_null()) return false;
    if (value.is_array() || value.is_object())
        return std::ranges::any_of(value, [&](const nlohmann::json& one) { return visitJson(one, visit); });
    if (value.is_number()) return visit({value.dump(), value.get<double>()});
    if (value.is_boolean()) return visit({value.dump(), value.get<bool>() ? 1.0 : 0.0});
    return value.is_string() && visit({value.get<std::string>(), {}});
}

/// "reference.perplexity" goes down into objects; a list is looked through.
bool visitKey(const nlohmann::json& json, std::string_view key, const Visit& visit)
{
    if (json.is_array())
        return std::ranges::any_of(json,
                                   [&](const nlohmann::json& one) { return visitKey(one, key, visit); });
    if (!json.is_object()) return false;
    if (const auto found = json.find(key); found != json.end()) return visitJson(*found, visit);
    const std::size_t dot = key.find('.');
    if (dot == std::string_view::npos) return false;
    const auto found = json.find(key.substr(0, dot));
    return found != json.end() && visitKey(*found, key.substr(dot + 1), visit);
}

/// What an option is where the job leaves it out.
bool visitDefault(const RunRecord& run, const std::string& key, const Visit& visit)
{
    const JobSpec* spec = findJobSpec(run.kind);
    if (!spec || spec->find(key) == nullptr || (run.job.is_object() && run.job.contains(key))) return false;
    return visitJson(spec->startValue(key, textAt(run.job, "preset")), visit);
}

bool visitJob(const RunRecord& run, const std::string& key, const Visit& visit)
{
    return visitKey(run.job, key, visit) || visitDefault(run, key, visit);
}

bool visitMetrics(std::span<const MetricSummary> metrics, std::string_view key, const Visit& visit)
{
    const auto find = [&](std::string_view name) {
        const auto found = std::ranges::find(metrics, name, &MetricSummary::name);
        return found == metrics.end() ? nullptr : &*found;
    };
    const auto tell = [&](double value) { return !std::isnan(value) && visit(numbered(value)); };
    if (const MetricSummary* curve = find(key)) return tell(curve->last);
    const std::size_t dot = key.rfind('.');
    if (dot == std::string_view::npos) return false;
    const MetricSummary* curve = find(key.substr(0, dot));
    const std::string_view which = key.substr(dot + 1);
    if (!curve) return false;
    if (which == "min") return tell(curve->lowest);
    if (which == "max") return tell(curve->highest);
    return which == "last" && tell(curve->last);
}

RunValue counted(std::int64_t number)
{
    return {std::to_string(number), static_cast<double>(number)};
}

std::optional<RunValue> ownValue(const RunRecord& run, const std::string& key)
{
    const auto text = [](const std::string& value) { return RunValue{value, {}}; };
    const auto time = [](double value) { return value > 0 ? numbered(value) : RunValue{}; };
    if (key == "name") return text(run.name);
    if (key == "kind") return text(run.kind);
    if (key == "project") return text(run.project);
    if (key == "state") return text(nameOf(run.state));
    if (key == "notes") return text(run.notes);
    if (key == "device") return text(run.device);
    if (key == "dtype") return text(run.dtype);
    if (key == "host") return text(run.host);
    if (key == "message") return text(run.message);
    if (key == "id") return counted(run.id);
    if (key == "parent") return run.parent ? counted(*run.parent) : RunValue{};
    if (key == "step") return counted(run.step);
    if (key == "seed") return RunValue{std::to_string(run.seed), static_cast<double>(run.seed)};
    if (key == "time") return run.startedAt > 0 ? numbered(secondsAtWork(run)) : RunValue{};
    if (key == "created") return time(run.createdAt);
    if (key == "started") return time(run.startedAt);
    if (key == "ended") return time(run.endedAt);
    return std::nullopt;
}

} // namespace

std::string canonicalKey(const std::string& key)
{
    const std::size_t dot = std::min(key.find('.'), key.size());
    const auto alias = kAliases.find(std::string_view(key).substr(0, dot));
    return alias == kAliases.end() ? key : alias->second + key.substr(dot);
}

void visitRunValues(const RunRecord& run, std::span<const MetricSummary> metrics, const std::string& key,
                    const Visit& visit)
{
    if (const auto own = ownValue(run, key)) {
        visit(*own);
        return;
    }
    if (visitJob(run, key, visit) || visitKey(run.result, key, visit)) return;
    visitMetrics(metrics, key, visit);
}

void visitModelValues(const RunRecord& run, const std::string& key, const Visit& visit)
{
    if (ownValue(run, key)) return;
    if (run.kind != "evaluate" && visitJob(run, key, visit)) return;
    visitKey(run.result, key, visit);
}

std::optional<RunValue> firstRunValue(const RunRecord& run, std::span<const MetricSummary> metrics,
                                      const std::string& key)
{
    std::optional<RunValue> first;
    visitRunValues(run, metrics, canonicalKey(key), [&](const RunValue& value) {
        if (!first || (!first->number && value.number)) first = value;
        return value.number.has_value();
    });
    return first;
}

} // namespace boolab
