// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/model_origin.h"

#include <filesystem>

namespace boolab
{

namespace
{

constexpr int kMostGenerations = 16; // a finetuning may train its own output again

std::string textOf(const nlohmann::json& job, const char* key)
{
    const auto found = job.find(key);
    return found != job.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ModelOrigin originOf(const std::string& model, const std::vector<RunRecord>& runs, int generations)
{
    for (const RunRecord& run : runs) {
        if (run.state != RunState::Done || !run.job.is_object() ||
            !samePath(textOf(run.job, "output"), model))
            continue;
        if (run.kind == "convert") {
            const std::string text = textOf(run.job, "calibration");
            return {textOf(run.job, "model"), text == "self" ? std::string() : text};
        }
        if (run.kind != "finetune") continue;
        const std::string student = textOf(run.job, "student");
        const bool goesBack = generations > 0 && !samePath(student, model);
        return {textOf(run.job, "teacher"),
                goesBack ? originOf(student, runs, generations - 1).text : std::string()};
    }
    return {};
}

} // namespace

bool samePath(const std::string& a, const std::string& b)
{
    const auto normal = [](const std::string& path) {
        return std::filesystem::path(path + "/.").lexically_normal();
    };
    return !a.empty() && !b.empty() && normal(a) == normal(b);
}

ModelOrigin originOf(const std::string& model, const std::vector<RunRecord>& runs)
{
    return originOf(model, runs, kMostGenerations);
}

} // namespace boolab
