// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/evaluate_options.h"

namespace boolab
{

Status checkEvaluate(const Job& job)
{
    const bool reads = !job.text("perplexity").empty(), asks = !job.text("tasks").empty();
    if (!reads && !asks)
        return fail(ErrorCode::Usage, "evaluate: nothing to measure",
                    "Name a text, --perplexity FILE, or tasks, --tasks NAMES --task-data FOLDER.");
    if (asks && job.text("task_data").empty())
        return fail(ErrorCode::Usage, "evaluate: --task-data is missing",
                    "Name the folder that holds <task>.jsonl for each task, one question per line.");
    return {};
}

} // namespace boolab
