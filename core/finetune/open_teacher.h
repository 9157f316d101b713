// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/finetune_setup.h"
#include "core/finetune/teacher_source.h"

namespace boolab
{

/// As the job has it: the setup's teacher, or with teacher_cache a file of what it says (teacher_cache.h), to
/// which the sequences at the training's first `positions` are added first where they are not there. With the
/// file the teacher's blocks are let go; its head stays, for the held-out text.
Result<std::unique_ptr<TeacherSource>> openTeacher(const Job& job, FinetuneSetup& setup,
                                                   const TrainingData& data, std::int64_t positions,
                                                   JobObserver& observer);

} // namespace boolab
