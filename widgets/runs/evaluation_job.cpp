// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/evaluation_job.h"

namespace boolab::ui
{

Job evaluationJob(const RunRecord& run)
{
    Job job(JobKind::Evaluate);
    if (!run.job.is_object()) return job;
    const auto take = [&](const char* key, const char* from) {
        const std::string value = run.job.value(from, "");
        if (!value.empty()) (void)job.set(key, value); // a path: fits
    };
    take("model", "output");
    take("reference", run.kind == "finetune" ? "teacher" : "model");
    take("perplexity", "held_out");
    take("project", "project");
    return job;
}

} // namespace boolab::ui
