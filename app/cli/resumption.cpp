// SPDX-License-Identifier: Apache-2.0
#include "app/cli/resumption.h"

#include "core/base/json_field.h"
#include "core/jobs/training_checkpoint.h"
#include "core/store/experiment_store.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab::cli
{

namespace
{

/// The newest run that wrote (or was writing) this job's output.
std::optional<RunRecord> earlierRun(const fs::path& database, const Job& job)
{
    auto store = ExperimentStore::open(database);
    if (!store) return std::nullopt;
    const auto runs = store->runs();
    if (!runs) return std::nullopt;
    for (const RunRecord& run : *runs)
        if (run.kind == job.spec().name && textAt(run.job, "output") == job.text("output")) return run;
    return std::nullopt;
}

/// A run that ended early and got its model has nothing left but more steps than it was asked for.
Status checkNotEndedEarly(const Job& job, const CheckpointState& checkpoint, const RunRecord& run)
{
    const std::int64_t asked = integerAt(checkpoint.json, "total_steps");
    if (run.state != RunState::Done || !boolAt(checkpoint.json, "stop_early") || job.integer("steps") > asked)
        return {};
    return fail(ErrorCode::Usage,
                fmt::format("run {} ({}) is done: it ended early, at step {} of {}", run.id, run.name,
                            checkpoint.step, asked),
                "Ask for more steps than that to go on.");
}

Result<Resumption> atCheckpoint(const Job& job, const CheckpointState& checkpoint,
                                const std::optional<RunRecord>& run)
{
    const std::string place = checkpoint.folder.string();
    if (auto same = checkSameTraining(checkpoint.job, job, place + ": the checkpoint was made"); !same)
        return std::unexpected(same.error());
    // Epochs are steps only once the text has been read.
    if (job.real("epochs") <= 0) {
        if (auto left = checkStepsLeft(checkpoint.folder, checkpoint.step, job.integer("steps")); !left)
            return std::unexpected(left.error());
        if (run)
            if (auto open = checkNotEndedEarly(job, checkpoint, *run); !open)
                return std::unexpected(open.error());
    }
    return Resumption{run ? std::optional(run->id) : std::nullopt, checkpoint.step, false};
}

Result<Resumption> withoutCheckpoint(const Job& job, const std::optional<RunRecord>& run)
{
    if (!run || run->state == RunState::Done) return std::unexpected(noCheckpoint(job.text("output")));
    const std::string name = fmt::format("run {} ({})", run->id, run->name);
    if (const auto before = Job::fromJson(run->job, name))
        if (auto same = checkSameTraining(*before, job, name + " was started"); !same)
            return std::unexpected(same.error());
    return Resumption{run->id, 0, true};
}

} // namespace

Result<Resumption> findResumption(const Job& job, const fs::path& database)
{
    const auto run = earlierRun(database, job);
    const auto folder = latestCheckpoint(job.text("output"));
    if (!folder) return withoutCheckpoint(job, run);
    const auto checkpoint = readCheckpointState(*folder);
    if (!checkpoint) return std::unexpected(checkpoint.error());
    return atCheckpoint(job, *checkpoint, run);
}

} // namespace boolab::cli
