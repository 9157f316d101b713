// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/task_means.h"

#include <optional>
#include <string>

namespace boolab
{

namespace
{

std::optional<double> scoreOf(const nlohmann::json& task, const char* metric)
{
    const auto found = task.find(std::string(metric) + ",none");
    if (found == task.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

std::optional<double> meanOfPapers(const nlohmann::json& results)
{
    double sum = 0;
    for (const auto& [task, metric] : oneBitPaperTasks()) {
        const auto found = results.find(task);
        const auto score = found == results.end() ? std::nullopt : scoreOf(*found, metric);
        if (!score) return std::nullopt;
        sum += *score;
    }
    return sum / static_cast<double>(oneBitPaperTasks().size());
}

} // namespace

std::span<const PaperTask> oneBitPaperTasks()
{
    static constexpr PaperTask kTasks[] = {{"boolq", "acc"},          {"piqa", "acc"},
                                           {"hellaswag", "acc_norm"}, {"winogrande", "acc"},
                                           {"arc_easy", "acc_norm"},  {"arc_challenge", "acc_norm"}};
    return kTasks;
}

nlohmann::json taskMeans(const nlohmann::json& results)
{
    double acc = 0, normalised = 0;
    int tasks = 0;
    for (const auto& [name, task] : results.items()) {
        const auto score = scoreOf(task, "acc");
        if (!score) continue;
        ++tasks;
        acc += *score;
        normalised += scoreOf(task, "acc_norm").value_or(*score);
    }
    if (tasks < 2) return nullptr;
    nlohmann::json means = {{"tasks", tasks}, {"acc", acc / tasks}, {"acc_norm", normalised / tasks}};
    if (const auto papers = meanOfPapers(results)) means["one_bit_papers"] = *papers;
    return means;
}

} // namespace boolab
