// SPDX-License-Identifier: Apache-2.0
#include "core/compare/comparison.h"

#include "core/jobs/job.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <set>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

/// What a run is called and where it keeps its rows says nothing of what it does.
const std::set<std::string, std::less<>> kUntold{"name",   "kind",    "db",     "force",
                                                 "resume", "project", "device", "dtype"};

std::string shown(const Json& value)
{
    if (value.is_null()) return {};
    if (value.is_string()) return value.get<std::string>();
    return value.is_number_float() ? formatNumber(value.get<double>()) : value.dump();
}

/// A run's job by its options, or as it stands where it is none of ours.
struct JobFacts {
    explicit JobFacts(const RunRecord& run) : raw(run.job)
    {
        if (auto known = Job::fromJson(run.job, "job")) job.emplace(std::move(*known));
    }
    std::optional<std::string> at(const std::string& key) const
    {
        if (job) {
            if (job->spec().find(key) == nullptr) return std::nullopt;
            return shown(job->value(key));
        }
        const bool has = raw.is_object() && raw.contains(key) && !raw[key].is_structured();
        return has ? std::optional(shown(raw[key])) : std::nullopt;
    }

    const Json& raw;
    std::optional<Job> job;
};

void addOptions(std::vector<std::string>& order, std::map<std::string, std::string>& labels,
                const std::vector<OptionSpec>& options)
{
    for (const OptionSpec& option : options) {
        if (kUntold.contains(option.key) || labels.contains(option.key)) continue;
        order.push_back(option.key);
        labels[option.key] = option.label;
    }
}

std::string versionOf(const RunRecord& run, const std::string& part)
{
    return run.versions.is_object() && run.versions.contains(part) ? shown(run.versions[part])
                                                                   : std::string();
}

SettingRow rowOf(std::string key, std::string label, std::span<const ComparedRun> runs,
                 const std::function<std::optional<std::string>(std::size_t)>& value)
{
    SettingRow row{.key = std::move(key), .label = std::move(label), .values = {}};
    for (std::size_t i = 0; i < runs.size(); ++i)
        row.values.push_back(value(i));
    const std::optional<std::string>* first = nullptr;
    std::vector<std::string> kinds;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!row.values[i]) continue;
        if (first == nullptr) first = &row.values[i];
        row.differs |= row.values[i] != *first;
        if (std::ranges::find(kinds, runs[i].run.kind) == kinds.end()) kinds.push_back(runs[i].run.kind);
    }
    const bool isOfAll = std::ranges::all_of(row.values, [](const auto& one) { return one.has_value(); });
    if (!isOfAll) row.kinds = fmt::format("{}", fmt::join(kinds, ", "));
    return row;
}

bool isTold(const SettingRow& row)
{
    return std::ranges::any_of(row.values, [](const auto& value) { return value && !value->empty(); });
}

} // namespace

std::vector<SettingRow> compareSettings(std::span<const ComparedRun> runs)
{
    std::vector<SettingRow> rows;
    const auto own = [&](const char* key, const char* label, auto member) {
        rows.push_back(rowOf(key, label, runs, [&](std::size_t i) {
            return std::optional<std::string>(std::invoke(member, runs[i].run));
        }));
    };
    own("kind", "Kind", &RunRecord::kind);
    own("project", "Project", &RunRecord::project);
    std::vector<std::string> order;
    std::map<std::string, std::string> labels;
    std::vector<JobFacts> jobs;
    for (const ComparedRun& one : runs) {
        const JobFacts& facts = jobs.emplace_back(one.run);
        if (facts.job) {
            addOptions(order, labels, facts.job->spec().options);
            addOptions(order, labels, commonOptions());
        } else if (facts.raw.is_object()) {
            for (const auto& [key, value] : facts.raw.items())
                if (!value.is_structured()) addOptions(order, labels, {{.key = key, .label = key}});
        }
    }
    for (const std::string& key : order) {
        rows.push_back(rowOf(key, labels[key], runs, [&](std::size_t i) { return jobs[i].at(key); }));
        rows.back().isSet = std::ranges::any_of(
            jobs, [&](const JobFacts& facts) { return facts.raw.is_object() && facts.raw.contains(key); });
    }
    own("device", "Device", &RunRecord::device);
    own("dtype", "Number type", &RunRecord::dtype);
    own("host", "Machine", &RunRecord::host);
    std::set<std::string> parts;
    for (const ComparedRun& one : runs)
        if (one.run.versions.is_object())
            for (const auto& [part, value] : one.run.versions.items())
                parts.insert(part);
    for (const std::string& part : parts)
        rows.push_back(rowOf(part + " version", part + " version", runs,
                             [&](std::size_t i) { return std::optional(versionOf(runs[i].run, part)); }));
    std::erase_if(rows, [](const SettingRow& row) { return !isTold(row); });
    // By kind only where the row is told under its name.
    const auto place = [](const SettingRow& row) {
        return row.differs ? std::pair(0, std::string()) : std::pair(row.kinds.empty() ? 1 : 2, row.kinds);
    };
    std::ranges::stable_sort(rows, {}, place);
    return rows;
}

} // namespace boolab
