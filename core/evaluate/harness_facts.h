// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/tasks/task_reports.h"
#include "core/tokenizer/tokenizer.h"

namespace boolab
{

/// What lm-evaluation-harness' file says of model, settings, tokenizer and machine, as far as Boolab has it:
/// seeds, revision and the like, which have no meaning here, are null. Protocol and times are the caller's.
TaskReportFacts harnessFacts(const Job& job, const ModelFiles& files, const Tokenizer& tokenizer);

} // namespace boolab
