// SPDX-License-Identifier: Apache-2.0
#include "app/cli/execute_job.h"

#include "app/cli/recorded_job.h"
#include "app/cli/stop_signals.h"
#include "app/cli/sweep.h"
#include "app/cli/terminal_observer.h"
#include "core/base/mapped_file.h"
#include "core/base/system_info.h"
#include "core/engine/run_job.h"
#include "core/formats/model_files.h"
#include "core/inspect/model_origin.h"
#include "core/jobs/conversion_options.h"
#include "core/jobs/memory_estimate.h"

#include <chrono>
#include <fmt/format.h>
#include <unistd.h>

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
        if (run.kind == job.spec().name && run.job.is_object() &&
            run.job.value("output", "") == job.text("output"))
            return run;
    return std::nullopt;
}

/// The step of the checkpoint beside `output`; none where there is no readable one, which the engine then
/// reports.
std::optional<std::int64_t> checkpointStep(const fs::path& output)
{
    const fs::path folder = output.has_filename() ? output : output.parent_path();
    const auto text = readTextFile(folder.string() + ".checkpoint/state.json");
    if (!text) return std::nullopt;
    const auto state = nlohmann::json::parse(*text, nullptr, false);
    if (!state.is_object() || !state.contains("step") || !state["step"].is_number_integer())
        return std::nullopt;
    return state["step"].get<std::int64_t>();
}

Result<RunRecorder> openRecorder(const Job& job)
{
    const fs::path database = databaseOf(job.text("db"));
    NewRun run = newRun(job);
    if (job.on("resume"))
        if (const auto step = checkpointStep(job.text("output")))
            if (const auto earlier = earlierRun(database, job))
                return RunRecorder::resume(database, earlier->id, *step, run.totalSteps);
    return RunRecorder::begin(database, run);
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

ExecutedJob runChecked(const Job& job, bool quiet)
{
    ExecutedJob executed{{}, fail(ErrorCode::Internal, "not run"), 0};
    if (auto checked = checkJob(job); !checked) {
        executed.result = std::unexpected(checked.error());
        return executed;
    }
    if (auto able = checkDevice(job); !able) {
        executed.result = std::unexpected(able.error());
        return executed;
    }
    if (auto ready = configureEngine(job.text("device"), static_cast<int>(job.integer("threads"))); !ready) {
        executed.result = std::unexpected(ready.error());
        return executed;
    }
    TerminalObserver terminal(
        {.quiet = quiet, .bar = isatty(STDERR_FILENO) == 1, .stopRequested = stopRequested});
    if (job.kind() == JobKind::Inspect) {
        executed.result = runJob(job.has("layer") ? withOrigin(job) : job, terminal);
        return executed;
    }
    if (job.kind() == JobKind::Sweep) {
        Sweep sweep(job, terminal);
        executed.result = sweep.play();
        executed.run = sweep.run();
        return executed;
    }
    auto recorder = openRecorder(job);
    if (!recorder) {
        executed.result = std::unexpected(recorder.error());
        return executed;
    }
    executed.run = recorder->id();
    executed.result = runRecorded(job, *recorder, terminal);
    return executed;
}

} // namespace

fs::path databaseOf(const std::string& db)
{
    return db.empty() ? defaultDatabasePath() : fs::path(db);
}

Status checkJob(const Job& job)
{
    std::optional<ModelConfig> config;
    // The last one counts for the estimate: a student knows its number of kernels.
    for (const char* key : {"reference", "teacher", "model", "student"}) {
        if (job.text(key).empty()) continue;
        auto files = ModelFiles::open(job.text(key));
        if (!files) return std::unexpected(files.error());
        config = files->config();
    }
    // A sweep's parts are checked one by one: those that are there need nothing more.
    if (!config || job.kind() == JobKind::Sweep) return {};
    return checkResources(job, *config);
}

ExecutedJob executeJob(const Job& job, bool quiet)
{
    const auto start = std::chrono::steady_clock::now();
    ExecutedJob executed = runChecked(job, quiet);
    executed.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return executed;
}

} // namespace boolab::cli
