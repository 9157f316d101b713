// SPDX-License-Identifier: Apache-2.0
#include "app/cli/past_runs.h"

#include "core/jobs/job_substance.h"
#include "core/store/experiment_store.h"

#include <algorithm>
#include <chrono>

namespace fs = std::filesystem;

namespace boolab::cli
{

namespace
{

// A folder is renamed into place, and its files are older than the row that tells of the end.
constexpr double kEndSlackSeconds = 2;

double unixSeconds(fs::file_time_type time)
{
    const auto system = std::chrono::file_clock::to_sys(time);
    return std::chrono::duration<double>(system.time_since_epoch()).count();
}

/// Unix seconds of a file's last change, for a folder that of its newest file; nothing where it is not there.
std::optional<double> lastChange(const fs::path& path)
{
    std::error_code error;
    std::optional<double> newest;
    const auto take = [&](const fs::path& file) {
        const auto time = fs::last_write_time(file, error);
        if (!error) newest = std::max(newest.value_or(0), unixSeconds(time));
    };
    if (!fs::is_directory(path, error)) {
        take(path);
        return newest;
    }
    for (const auto& entry : fs::directory_iterator(path, error))
        if (entry.is_regular_file(error)) take(entry.path());
    return newest;
}

bool inputsAreOlder(const Job& job, double time)
{
    for (const OptionSpec& option : job.spec().options) {
        const std::string path = job.text(option.key);
        const bool isWord = std::ranges::find(option.choices, path) != option.choices.end();
        if (option.type != OptionType::Path || option.key == "output" || path.empty() || isWord) continue;
        const auto changed = lastChange(path);
        if (!changed || *changed > time) return false;
    }
    return true;
}

bool outputIsTheRuns(const Job& job, const RunRecord& run)
{
    if (!job.has("output")) return true;
    const auto written = lastChange(fs::path(job.text("output")) / "model.safetensors");
    return written && *written >= run.startedAt - kEndSlackSeconds &&
           *written <= run.endedAt + kEndSlackSeconds;
}

} // namespace

Result<PastRuns> PastRuns::open(const fs::path& database)
{
    auto store = ExperimentStore::open(database);
    if (!store) return std::unexpected(store.error());
    auto runs = store->runs();
    if (!runs) return std::unexpected(runs.error());
    return PastRuns(std::move(*runs));
}

bool PastRuns::isSame(const RunRecord& run, const Job& job)
{
    return run.job.is_object() && substanceOf(run.job) == substanceOf(job.toJson());
}

const RunRecord* PastRuns::finished(const Job& job) const
{
    for (const RunRecord& run : m_runs)
        if (run.state == RunState::Done && isSame(run, job) && inputsAreOlder(job, run.startedAt) &&
            outputIsTheRuns(job, run))
            return &run;
    return nullptr;
}

const RunRecord* PastRuns::unfinished(const Job& job, RunId parent) const
{
    for (const RunRecord& run : m_runs)
        if (run.parent == parent && isSame(run, job) &&
            (run.state == RunState::Failed || run.state == RunState::Stopped ||
             run.state == RunState::Interrupted))
            return &run;
    return nullptr;
}

const RunRecord* PastRuns::writerOf(const Job& job) const
{
    for (const RunRecord& run : m_runs)
        if (run.kind == job.spec().name && run.job.is_object() &&
            run.job.value("output", "") == job.text("output"))
            return &run;
    return nullptr;
}

} // namespace boolab::cli
