// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/task_groups.h"

#include <cmath>
#include <cstdint>
#include <string>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

constexpr const char* kName = "tasks_mean";

bool everyTaskHas(const Json& results, const std::string& key)
{
    for (const auto& [name, task] : results.items())
        if (!task.contains(key)) return false;
    return true;
}

/// sqrt(sum of squares) / k, of independent means; "N/A" where one task has none.
Json errorOfMean(const Json& results, const std::string& key)
{
    double squares = 0;
    for (const auto& [name, task] : results.items()) {
        if (!task.at(key).is_number()) return "N/A";
        const auto error = task.at(key).get<double>();
        squares += error * error;
    }
    return std::sqrt(squares) / static_cast<double>(results.size());
}

void addMetric(Json& group, const Json& results, const std::string& metric)
{
    const std::string key = metric + ",none";
    double sum = 0;
    for (const auto& [name, task] : results.items())
        sum += task.at(key).get<double>();
    group[key] = sum / static_cast<double>(results.size());
    group[metric + "_stderr,none"] = errorOfMean(results, metric + "_stderr,none");
    group["sample_count"][key] = group.at("sample_len");
}

Json meanGroup(const Json& results)
{
    std::int64_t questions = 0;
    for (const auto& [name, task] : results.items())
        questions += task.at("sample_len").get<std::int64_t>();
    Json group = {{"alias", kName}, {"name", kName}, {"sample_len", questions}};
    for (const char* metric : {"acc", "acc_norm"})
        if (everyTaskHas(results, std::string(metric) + ",none")) addMetric(group, results, metric);
    return group;
}

} // namespace

void addMeanGroup(Json& report)
{
    report["group_subtasks"] = Json::object();
    const Json results = report.at("results");
    if (results.size() < 2) return;
    Json better = Json::object(), members = Json::array();
    for (const auto& [name, task] : results.items()) {
        members.push_back(name);
        better.update(report.at("higher_is_better").at(name));
    }
    const Json group = meanGroup(results);
    report["results"][kName] = group;
    report["groups"][kName] = group;
    report["group_subtasks"][kName] = members;
    report["versions"][kName] = "N/A";
    report["n-shot"][kName] = 0;
    report["higher_is_better"][kName] = better;
}

} // namespace boolab
