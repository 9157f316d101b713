// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/evaluation_job.h"

namespace boolab::ui
{

Job evaluationJob(const Job& made)
{
    Job job(JobKind::Evaluate);
    const auto take = [&](const char* key, const char* from) {
        const std::string value = made.text(from);
        if (!value.empty()) (void)job.set(key, value); // a text: fits
    };
    take("model", "output");
    take("reference", made.kind() == JobKind::Finetune ? "teacher" : "model");
    take("perplexity", "held_out");
    take("project", "project");
    return job;
}

} // namespace boolab::ui
