// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"
#include "core/tasks/task_reports.h"
#include "core/tokenizer/tokenizer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// The job's zero-shot tasks with their data. Usage and BadInput that can be known before a model is loaded:
/// unknown tasks, missing or wrong data.
Result<std::vector<EvaluatedTask>> readTasks(const Job& job);

/// Of those tasks: {"tasks": the harness' "results" and what belongs to them, "tasks_protocol",
/// "results_file"}. Goes on where the same evaluation was stopped.
Result<nlohmann::json> evaluateTasks(const Job& job, const ModelFiles& files, const Tokenizer& tokenizer,
                                     std::vector<EvaluatedTask> tasks, JobObserver& observer);

} // namespace boolab
