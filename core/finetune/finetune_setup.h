// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/checkpoint.h"
#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"
#include "core/model/model_loader.h"
#include "core/tokenizer/tokenizer.h"

namespace boolab
{

/// The files and models of one finetune, opened and checked against each other.
struct FinetuneSetup {
    ModelFiles studentFiles, teacherFiles;
    Tokenizer tokenizer;
    LoadedModel student, teacher;
    TrainingPosition position; ///< the last step done; 0 of a new run
};

/// Everything that can be wrong before the first step is found here: models that do not belong together,
/// sequences longer than the context, an output that exists, a checkpoint of another job. `follows`: for a
/// rank that writes nothing and takes its state from rank 0, so a checkpoint need not lie on its machine.
Result<FinetuneSetup> openFinetune(const Job& job, JobObserver& observer, bool follows = false);

/// The tokens of the training text as the job names it, from a file or sampled from the teacher.
Result<std::vector<std::int32_t>> openTrainingTokens(const Job& job, FinetuneSetup& setup,
                                                     JobObserver& observer);

} // namespace boolab
