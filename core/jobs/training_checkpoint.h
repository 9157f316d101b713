// SPDX-License-Identifier: Apache-2.0
// What a finetune leaves beside its output, as far as it is read without LibTorch.
#pragma once

#include "core/jobs/job.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

namespace boolab
{

/// Where a finetune that writes `output` keeps its latest checkpoint.
std::filesystem::path checkpointFolder(const std::filesystem::path& output);
/// And the one before it, until a later step has shown that the latest is good.
std::filesystem::path previousCheckpointFolder(const std::filesystem::path& output);
/// Where one that stops early keeps its best students.
std::filesystem::path bestFolder(const std::filesystem::path& output);

/// The checkpoint to resume from: the latest, or where a kill fell between two renamings the one before it.
std::optional<std::filesystem::path> latestCheckpoint(const std::filesystem::path& output);
/// Puts that one in the latest one's place; only for who holds the output.
Status recoverCheckpoint(const std::filesystem::path& output);
/// Takes the mark of a whole checkpoint away first, so that one half removed is never taken for one.
void removeCheckpoint(const std::filesystem::path& folder);

/// Of state.json, which is written last: a folder without it is no checkpoint.
constexpr std::int64_t kCheckpointVersion = 2;
constexpr const char* kCheckpointState = "state.json";
/// Of a checkpoint that is there and not what Boolab writes: `what`, and what to do.
Error damagedCheckpoint(const std::filesystem::path& folder, const std::string& what);

struct CheckpointState {
    std::filesystem::path folder;
    nlohmann::json json; ///< all of state.json
    Job job;             ///< that wrote it
    std::int64_t step = 0;
};

Result<CheckpointState> readCheckpointState(const std::filesystem::path& folder);
Error noCheckpoint(const std::filesystem::path& output);

/// Whether `now` goes on with the training of `before`: only steps, save_every, log_every and the like may
/// differ. `before` is called `subject`, a clause ("run 3 was started").
Status checkSameTraining(const Job& before, const Job& now, const std::string& subject);
/// Whether a training of `steps` steps in all can go on from there; none left is well, it is only finished.
Status checkStepsLeft(const std::filesystem::path& folder, std::int64_t done, std::int64_t steps);

} // namespace boolab
