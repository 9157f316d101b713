// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/checkpoint.h"

#include <optional>

namespace boolab
{

/// The checkpoints of one training, which holds its output's lock: the latest, and the one before it until a
/// later step has gone well. A checkpoint is written right after an update whose loss nobody has seen, so the
/// latest can be the broken one; then the one before counts again. At most two lie on the disk, the one being
/// written included.
///
/// The first step after a checkpoint computes its loss from nothing but what is in it. So whether it is good
/// need not be recorded: a resumed training judges it as the killed one did, or would have done.
class CheckpointKeeper
{
public:
    /// Nothing is of this training yet; what lies there goes with the first write().
    explicit CheckpointKeeper(const Job& job);
    /// What lies there is of this training, which was read from the latest, at `position`.
    void takeOver(const TrainingPosition& position);

    bool has() const { return m_latest.has_value(); }
    bool hasPrevious() const { return m_previous.has_value(); }
    /// Of the latest; only where has().
    std::int64_t step() const { return m_latest->step; }
    const std::filesystem::path& folder() const { return m_folder; }
    /// Of both, for what else must stay as long as they do.
    std::vector<TrainingPosition> positions() const;

    /// The state at `position` becomes the latest, whole or not at all. Where it already is of that step only
    /// the position is written anew.
    Status write(const ModelFiles& source, const LoadedModel& student, Trainer& trainer,
                 const TrainingPosition& position);
    /// A step after the latest went well: the one before it goes.
    void confirm();
    /// The step after the latest went wrong, which is therefore broken: it goes, and the one before it, if
    /// any, is the latest again.
    Status drop();

private:
    Status putInPlace(class AtomicFolder& written);

    const Job& m_job;
    std::filesystem::path m_folder, m_previousFolder;
    std::optional<TrainingPosition> m_latest, m_previous;
};

} // namespace boolab
