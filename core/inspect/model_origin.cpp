// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/model_origin.h"

#include "core/base/json_field.h"
#include "core/base/normal_path.h"

namespace boolab
{

namespace
{

constexpr int kMostGenerations = 16; // a finetuning may train its own output again

ModelOrigin originOf(const std::string& model, const std::vector<RunRecord>& runs, int generations)
{
    for (const RunRecord& run : runs) {
        if (run.state != RunState::Done || !run.job.is_object() ||
            !samePath(textAt(run.job, "output"), model))
            continue;
        if (run.kind == "convert") {
            const std::string text = textAt(run.job, "calibration");
            return {textAt(run.job, "model"), text == "self" ? std::string() : text};
        }
        if (run.kind != "finetune") continue;
        const std::string student = textAt(run.job, "student");
        const bool goesBack = generations > 0 && !samePath(student, model);
        return {textAt(run.job, "teacher"),
                goesBack ? originOf(student, runs, generations - 1).text : std::string()};
    }
    return {};
}

} // namespace

ModelOrigin originOf(const std::string& model, const std::vector<RunRecord>& runs)
{
    return originOf(model, runs, kMostGenerations);
}

} // namespace boolab
