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

/// The student is Boolean, the teacher is not, and both are of one shape; sequences fit both contexts.
Status checkModels(const ModelFiles& student, const ModelFiles& teacher, std::int64_t sequenceLength);
/// The rule of the flips does not flip everything at once.
Status checkRates(const Job& job);
/// The student's embeddings are the teacher's, as far as 8 bits and further training explain.
Status checkEmbeddings(const ModelFiles& student, const ModelFiles& teacher, const LlamaModel& ofStudent,
                       const LlamaModel& ofTeacher);
/// A student that brings a tokenizer gives the teacher's tokens for the same text.
Status checkTokenizers(const ModelFiles& student, const ModelFiles& teacher, const Tokenizer& ofTeacher);

/// The text is still the one that the checkpoint was trained on.
Status checkText(const Job& job, const TrainingData& data, std::uint64_t fingerprintOfCheckpoint);

/// What need not be an error, but is seldom meant: a teacher whose embeddings are not quite the student's, a
/// text that every step sees more than once, flips that would begin after the last step.
void warnOfOddInputs(const Job& job, const LoadedModel& student, const LlamaModel& teacher,
                     const TrainingData& data, std::int64_t steps, std::int64_t ranks, JobObserver& observer);

/// Where a job measures, but its text of `sequences` is too short to spare any.
void warnOfNothingHeldOut(const Job& job, std::int64_t heldOutTokens, std::int64_t sequences,
                          JobObserver& observer);

} // namespace boolab
