// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/trainer.h"
#include "core/formats/model_files.h"
#include "core/jobs/job.h"

#include <filesystem>

namespace boolab
{

/// Where a finetune that writes `output` keeps its latest checkpoint.
std::filesystem::path checkpointFolder(const std::filesystem::path& output);

/// Where a training stands, beside its tensors.
struct TrainingPosition {
    std::int64_t step = 0, totalFlips = 0;
    DType scaleDType =
        DType::F16; ///< what the finished model's scales are written as (checkpoints keep float32)
};

/// Student (float32 scales), momenta, moments, AdamW state, step and job, written atomically over the
/// previous one. Everything random is a function of seed and step, so this is all that bit-identical
/// continuation needs.
Status writeCheckpoint(const std::filesystem::path& folder, const ModelFiles& source,
                       const LoadedModel& student, Trainer& trainer, const TrainingPosition& position,
                       const Job& job);

struct CheckpointHead {
    TrainingPosition position;
    std::filesystem::path studentFolder;
};

/// What a checkpoint is, after checking that it belongs to this job (only steps, save_every, log_every and
/// the like may differ).
Result<CheckpointHead> readCheckpointHead(const std::filesystem::path& folder, const Job& job);
/// Momenta, moments and AdamW state into a trainer made from the checkpoint's student.
Status restoreTrainer(const std::filesystem::path& folder, Trainer& trainer);

/// The student as a Boolean model folder; other tensors keep the source's dtype.
Status writeStudent(const std::filesystem::path& folder, const ModelFiles& source, const LoadedModel& student,
                    DType scaleDType);

} // namespace boolab
