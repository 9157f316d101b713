// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/teacher_targets.h"
#include "core/finetune/training_data.h"
#include "core/jobs/job.h"
#include "core/model/llama_model.h"

#include <memory>

namespace boolab
{

/// Where a training's targets come from.
class TeacherSource
{
public:
    virtual ~TeacherSource() = default;
    /// Of the sequences first … first+count-1 of the endless order. Throws where a cache cannot be read any
    /// more.
    virtual TeacherTargets targets(const TrainingData& data, std::int64_t first, std::int64_t count) = 0;
};

/// The teacher itself; `selectEvery` as LlamaModel::forward() takes it.
std::unique_ptr<TeacherSource> liveTeacher(LlamaModel& teacher, std::int64_t selectEvery);

/// The blocks whose outputs a job compares; 0 for none.
std::int64_t comparedEvery(const Job& job);

} // namespace boolab
