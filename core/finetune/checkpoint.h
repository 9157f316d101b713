// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/trainer.h"
#include "core/finetune/training_position.h"
#include "core/formats/model_files.h"
#include "core/jobs/job.h"

#include <filesystem>

namespace boolab
{

/// Student (float32 scales), momenta, moments, AdamW state, step and job into a folder that becomes a
/// checkpoint once it is whole (CheckpointKeeper). Everything random is a function of seed and step, so this
/// is all that bit-identical continuation needs.
Status writeCheckpointFiles(const std::filesystem::path& folder, const ModelFiles& source,
                            const LoadedModel& student, Trainer& trainer, const TrainingPosition& position,
                            const Job& job);
/// Another position for the tensors of the checkpoint at `folder`.
Status writePosition(const std::filesystem::path& folder, const TrainingPosition& position, const Job& job);

struct CheckpointHead {
    TrainingPosition position;
    std::filesystem::path studentFolder;
};

/// What a checkpoint is, after checking that it belongs to this job (only steps, save_every, log_every and
/// the like may differ).
Result<CheckpointHead> readCheckpointHead(const std::filesystem::path& folder, const Job& job);
/// Momenta, moments and AdamW state into a trainer made from the checkpoint's student.
Status restoreTrainer(const std::filesystem::path& folder, Trainer& trainer);

/// The student as a Boolean model folder; other tensors keep the source's dtype. `norms` replace the
/// source's.
Status writeStudent(const std::filesystem::path& folder, const ModelFiles& source, const LoadedModel& student,
                    const std::vector<NamedTensor>& norms, DType scaleDType);
/// Bits, scales and norms of the model at `folder`, which has the student's layers, into the student.
Status readStudent(const std::filesystem::path& folder, const LoadedModel& student);

} // namespace boolab
