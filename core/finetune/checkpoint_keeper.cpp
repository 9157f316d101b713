// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/checkpoint_keeper.h"

#include "core/base/atomic_write.h"
#include "core/base/write_error.h"
#include "core/jobs/training_checkpoint.h"

namespace fs = std::filesystem;

namespace boolab
{

CheckpointKeeper::CheckpointKeeper(const Job& job)
    : m_job(job), m_folder(checkpointFolder(job.text("output"))),
      m_previousFolder(previousCheckpointFolder(job.text("output")))
{
}

void CheckpointKeeper::takeOver(const TrainingPosition& position)
{
    m_latest = position;
    const auto before = readCheckpointHead(m_previousFolder, m_job);
    if (before && before->position.step < position.step)
        m_previous = before->position;
    else
        removeCheckpoint(m_previousFolder); // a kill fell into its removal
}

std::vector<TrainingPosition> CheckpointKeeper::positions() const
{
    std::vector<TrainingPosition> all;
    for (const auto* position : {&m_latest, &m_previous})
        if (*position) all.push_back(**position);
    return all;
}

Status CheckpointKeeper::write(const ModelFiles& source, const LoadedModel& student, Trainer& trainer,
                               const TrainingPosition& position)
{
    if (m_latest && m_latest->step == position.step) {
        if (auto written = writePosition(m_folder, position, m_job); !written) return written;
        m_latest = position;
        return {};
    }
    if (!m_latest) removeCheckpoint(m_previousFolder); // of an earlier training
    auto atomic = AtomicFolder::create(m_folder);
    if (!atomic) return std::unexpected(atomic.error());
    if (auto written = writeCheckpointFiles(atomic->path(), source, student, trainer, position, m_job);
        !written)
        return written;
    if (auto placed = putInPlace(*atomic); !placed) return placed;
    m_previous = std::exchange(m_latest, position);
    return {};
}

Status CheckpointKeeper::putInPlace(AtomicFolder& written)
{
    if (!m_latest) return written.commit();
    // All of it is on the disk before the latest steps aside; a kill between the two renamings leaves the
    // latest as the previous one, which recoverCheckpoint() finds.
    if (auto synced = written.sync(); !synced) return synced;
    removeCheckpoint(m_previousFolder);
    std::error_code error;
    fs::rename(m_folder, m_previousFolder, error);
    if (error) return std::unexpected(writeError(m_previousFolder, "cannot be put in place", error.value()));
    auto committed = written.commit();
    if (!committed) fs::rename(m_previousFolder, m_folder, error);
    return committed;
}

void CheckpointKeeper::confirm()
{
    if (!m_previous) return;
    removeCheckpoint(m_previousFolder);
    m_previous.reset();
}

Status CheckpointKeeper::drop()
{
    removeCheckpoint(m_folder);
    m_latest = std::exchange(m_previous, std::nullopt);
    return m_latest ? recoverCheckpoint(m_job.text("output")) : Status();
}

} // namespace boolab
