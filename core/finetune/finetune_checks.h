// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a finetune's inputs, found before the first step.
#pragma once

#include "core/finetune/training_data.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"
#include "core/model/model_loader.h"
#include "core/tokenizer/tokenizer.h"

namespace boolab
{

/// The student is Boolean and of the teacher's shape; sequences fit both contexts.
Status checkModels(const ModelFiles& student, const ModelFiles& teacher, std::int64_t sequenceLength);
/// A student that brings a tokenizer gives the teacher's tokens for the same text.
Status checkTokenizers(const ModelFiles& student, const ModelFiles& teacher, const Tokenizer& ofTeacher);

/// The text is still the one that the checkpoint was trained on.
Status checkText(const Job& job, const TrainingData& data, std::uint64_t fingerprintOfCheckpoint);

/// What need not be an error, but is seldom meant: a teacher whose embeddings are not the student's, a text
/// that every step sees more than once, flips that would begin after the last step.
void warnOfOddInputs(const Job& job, const LoadedModel& student, const LlamaModel& teacher,
                     const TrainingData& data, std::int64_t steps, std::int64_t ranks, JobObserver& observer);

} // namespace boolab
