// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/training_checkpoint.h"

#include "core/base/mapped_file.h"
#include "core/base/write_error.h"

#include <fmt/format.h>
#include <set>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// Options that a continued run may change.
const std::set<std::string> kFreeKeys = {
    "preset",       "steps",   "save_every",   "log_every",
    "resume",       "threads", "db",           "project",
    "name",         "device",  "force",        "output",
    "student",      "epochs",  "sample_every", "activation_checkpointing",
    "rank_timeout", "queue"};

fs::path besideOutput(const fs::path& output, const char* ending)
{
    fs::path name = output.lexically_normal();
    if (!name.has_filename()) name = name.parent_path();
    return name.string() + ending;
}

bool isWhole(const fs::path& folder)
{
    std::error_code error;
    return fs::exists(folder / kCheckpointState, error);
}

} // namespace

fs::path checkpointFolder(const fs::path& output)
{
    return besideOutput(output, ".checkpoint");
}

fs::path previousCheckpointFolder(const fs::path& output)
{
    return besideOutput(output, ".previous-checkpoint");
}

fs::path bestFolder(const fs::path& output)
{
    return besideOutput(output, ".best");
}

std::optional<fs::path> latestCheckpoint(const fs::path& output)
{
    for (const fs::path& folder : {checkpointFolder(output), previousCheckpointFolder(output)})
        if (isWhole(folder)) return folder;
    return std::nullopt;
}

Status recoverCheckpoint(const fs::path& output)
{
    const fs::path latest = checkpointFolder(output), previous = previousCheckpointFolder(output);
    if (isWhole(latest) || !isWhole(previous)) return {};
    removeCheckpoint(latest);
    std::error_code error;
    fs::rename(previous, latest, error);
    if (error) return std::unexpected(writeError(latest, "cannot be put in place", error.value()));
    return {};
}

void removeCheckpoint(const fs::path& folder)
{
    std::error_code ignored;
    fs::remove(folder / kCheckpointState, ignored);
    fs::remove_all(folder, ignored);
}

Error damagedCheckpoint(const fs::path& folder, const std::string& what)
{
    return {ErrorCode::BadInput, fmt::format("{}: the checkpoint cannot be used: {}", folder.string(), what),
            "Start again without --resume."};
}

Result<CheckpointState> readCheckpointState(const fs::path& folder)
{
    const fs::path file = folder / kCheckpointState;
    auto text = readTextFile(file);
    if (!text) return std::unexpected(text.error());
    auto state = nlohmann::json::parse(*text, nullptr, false);
    if (!state.is_object() || !state.contains("job") || !state.contains("step") ||
        !state["step"].is_number_integer())
        return std::unexpected(damagedCheckpoint(folder, "state.json is not what Boolab writes"));
    if (state.value("format_version", 0) != kCheckpointVersion)
        return std::unexpected(damagedCheckpoint(folder, "it was written by another version of Boolab"));
    auto job = Job::fromJson(state["job"], file.string());
    if (!job) return std::unexpected(job.error());
    const auto step = state["step"].get<std::int64_t>();
    return CheckpointState{folder, std::move(state), std::move(*job), step};
}

Error noCheckpoint(const fs::path& output)
{
    return {ErrorCode::BadInput,
            fmt::format("{}: there is no checkpoint to resume from", checkpointFolder(output).string()),
            "Start without --resume."};
}

Status checkSameTraining(const Job& before, const Job& now, const std::string& subject)
{
    for (const auto* options : {&now.spec().options, &commonOptions()})
        for (const OptionSpec& option : *options) {
            if (kFreeKeys.contains(option.key)) continue;
            const auto asked = now.value(option.key), then = before.value(option.key);
            if (asked != then)
                return fail(ErrorCode::Usage,
                            fmt::format("{} with {} = {}, this run asks for {}", subject, option.key,
                                        then.dump(), asked.dump()),
                            "Resume with the same settings, or start a new run with another output folder.");
        }
    return {};
}

Status checkStepsLeft(const fs::path& folder, std::int64_t done, std::int64_t steps)
{
    if (steps >= done) return {};
    return fail(
        ErrorCode::Usage,
        fmt::format("{}: {} steps are done, this run asks for {}", folder.string(), done, steps),
        fmt::format("Ask for more than {} to go on, or for {} to write the model as it is.", done, done));
}

} // namespace boolab
