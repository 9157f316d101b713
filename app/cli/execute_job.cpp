// SPDX-License-Identifier: Apache-2.0
#include "app/cli/execute_job.h"

#include "app/cli/engine_process.h"
#include "app/cli/ranks.h"
#include "app/cli/recorded_job.h"
#include "app/cli/resumption.h"
#include "app/cli/stop_signals.h"
#include "app/cli/sweep.h"
#include "app/cli/terminal_observer.h"
#include "app/cli/turn.h"
#include "core/base/output_lock.h"
#include "core/base/system_info.h"
#include "core/engine/run_job.h"
#include "core/formats/model_files.h"
#include "core/inspect/model_origin.h"
#include "core/jobs/export_options.h"
#include "core/jobs/job_device.h"
#include "core/jobs/memory_estimate.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace boolab::cli
{

namespace
{

constexpr const char* kModels[] = {"reference", "teacher", "model", "student"};

/// The job's row. `job` begins anew where the run that it resumes had not come to a checkpoint.
Result<RunRecorder> openRecorder(Job& job, TerminalObserver& terminal)
{
    const fs::path database = databaseOf(job.text("db"));
    const NewRun run = newRun(job);
    if (!job.on("resume")) return RunRecorder::begin(database, run);
    const auto resumption = findResumption(job, database);
    if (!resumption) return std::unexpected(resumption.error());
    if (!resumption->run) return RunRecorder::begin(database, run);
    auto recorder = RunRecorder::resume(database, *resumption->run, resumption->step, run.totalSteps,
                                        kBusyTimeout, run.queued);
    if (!recorder || !resumption->beginsAgain) return recorder;
    job.unset("resume");
    const std::string what =
        fmt::format("run {} ended before its first checkpoint: it begins again at step 0", *resumption->run);
    recorder->log("info", what);
    terminal.note(what);
    return recorder;
}

/// An inspection told what the runs know of the model, where nobody has named it: the original, and the text
/// that it was calibrated on, as far as they are still there.
Job withOrigin(Job job)
{
    std::error_code ignored;
    const fs::path database = databaseOf(job.text("db"));
    if (!fs::exists(database, ignored)) return job;
    const auto store = ExperimentStore::open(database);
    const auto runs = store ? store->runs() : Result<std::vector<RunRecord>>();
    if (!store || !runs) return job;
    const ModelOrigin origin = originOf(job.text("model"), *runs);
    const auto offer = [&](const char* key, const std::string& path) {
        if (!job.has(key) && fs::exists(path, ignored)) (void)job.set(key, path);
    };
    offer("original", origin.original);
    offer("probe", origin.text);
    return job;
}

/// A rank other than 0 keeps no record.
ExecutedJob follow(const Job& job, const Ranks& ranks)
{
    SilentObserver silent;
    ExecutedJob executed{{}, runJob(job, silent, ranks.config()), 0};
    executed.follows = true;
    return executed;
}

/// Whether a run that is queued or at work will write `path`.
bool isComing(const Job& job, const std::string& path)
{
    const auto store = ExperimentStore::open(databaseOf(job.text("db")));
    const auto runs = store ? store->runs() : Result<std::vector<RunRecord>>();
    if (!store || !runs) return false;
    return std::ranges::any_of(*runs, [&](const RunRecord& run) {
        const bool isOpen =
            run.state == RunState::Queued || run.state == RunState::Running || run.state == RunState::Paused;
        return isOpen && run.job.is_object() && run.job.value("output", "") == path;
    });
}

/// Before a job waits for its turn: its models, as far as no run before it still has to write them. Memory
/// and disk are looked at when its turn comes.
Status checkQueued(const Job& job)
{
    std::error_code ignored;
    for (const char* key : kModels) {
        const std::string path = job.text(key);
        if (path.empty() || (!fs::exists(path, ignored) && isComing(job, path))) continue;
        if (auto files = ModelFiles::open(path); !files) return std::unexpected(files.error());
    }
    return {};
}

/// One run at a time writes an output.
Result<std::optional<OutputLock>> lockOutput(const Job& job)
{
    if (!job.has("output") || job.kind() == JobKind::Sweep) return std::nullopt;
    auto lock = OutputLock::take(job.text("output"));
    if (!lock) return std::unexpected(lock.error());
    return std::optional<OutputLock>(std::move(*lock));
}

/// What is left to do once the run has its row: to wait for its turn and to start the other ranks.
Status begin(const Job& job, RunRecorder& recorder, Ranks& ranks, TerminalObserver& terminal)
{
    if (job.on("queue")) {
        if (auto turn = waitForTurn(recorder, databaseOf(job.text("db")), terminal); !turn) return turn;
        if (auto checked = checkJob(job); !checked) return checked;
    }
    return ranks.start(job);
}

ExecutedJob failed(const Error& error)
{
    return {{}, std::unexpected(error), 0};
}

ExecutedJob runRecordedJob(Job job, Ranks& ranks, TerminalObserver& terminal)
{
    auto lock = lockOutput(job);
    if (!lock) return failed(lock.error());
    auto recorder = openRecorder(job, terminal);
    if (!recorder) return failed(recorder.error());
    ExecutedJob executed{recorder->id(), fail(ErrorCode::Internal, "not run"), 0};
    if (auto ready = begin(job, *recorder, ranks, terminal); !ready) {
        endRun(*recorder, ready, {}, terminal);
        executed.result = std::unexpected(ready.error());
        return executed;
    }
    executed.result = runRecorded(job, *recorder, terminal, nullptr, ranks.config());
    return executed;
}

ExecutedJob runChecked(Job job, bool quiet)
{
    if (needsLibTorch(job))
        if (auto there = continueWithLibTorch(); !there) return failed(there.error());
    if (auto checked = job.on("queue") ? checkQueued(job) : checkJob(job); !checked)
        return failed(checked.error());
    if (auto able = checkDevice(job); !able) return failed(able.error());
    auto ranks = Ranks::find(job);
    if (!ranks) return failed(ranks.error());
    if (auto ready = configureEngine(job.text("device"), ranks->threadsOf(job)); !ready)
        return failed(ready.error());
    if (ranks->follows()) return follow(job, *ranks);
    TerminalObserver terminal(
        {.quiet = quiet, .bar = isatty(STDERR_FILENO) == 1, .stopRequested = stopRequested});
    if (job.kind() == JobKind::Inspect) {
        ExecutedJob executed = failed({});
        executed.result = runJob(job.has("layer") ? withOrigin(job) : job, terminal);
        return executed;
    }
    if (job.kind() == JobKind::Sweep) {
        Sweep sweep(job, terminal);
        ExecutedJob executed = failed({});
        executed.result = sweep.play();
        executed.run = sweep.run();
        return executed;
    }
    return runRecordedJob(job, *ranks, terminal);
}

} // namespace

fs::path databaseOf(const std::string& db)
{
    return db.empty() ? defaultDatabasePath() : fs::path(db);
}

Status checkJob(const Job& job)
{
    if (job.kind() == JobKind::Export)
        if (auto free = checkExportTarget(job); !free) return free;
    std::optional<ModelConfig> config;
    // The last one counts for the estimate: a student knows its number of kernels.
    for (const char* key : kModels) {
        if (job.text(key).empty()) continue;
        auto files = ModelFiles::open(job.text(key));
        if (!files) return std::unexpected(files.error());
        config = files->config();
    }
    // A sweep's parts are checked one by one: those that are there need nothing more.
    if (!config || job.kind() == JobKind::Sweep) return {};
    Resources resources = availableResources(job);
    if (const auto bytes = deviceMemoryBytes(job)) resources.memoryBytes = *bytes;
    return checkResources(job, *config, resources);
}

ExecutedJob executeJob(const Job& job, bool quiet)
{
    const auto start = std::chrono::steady_clock::now();
    ExecutedJob executed = runChecked(job, quiet);
    executed.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return executed;
}

} // namespace boolab::cli
