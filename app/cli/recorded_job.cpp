// SPDX-License-Identifier: Apache-2.0
#include "app/cli/recorded_job.h"

#include "app/cli/recorder_observer.h"
#include "app/cli/stop_signals.h"
#include "app/cli/tee_observer.h"
#include "core/base/system_info.h"
#include "core/engine/run_job.h"

#include <fmt/format.h>
#include <fstream>

namespace boolab::cli
{

namespace
{

/// Peak memory counts from here, not from an earlier job of this process (Linux; elsewhere nothing happens).
void resetPeakMemory()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

RunState endState(const Status& status)
{
    if (status) return RunState::Done;
    return status.error().code == ErrorCode::Stopped ? RunState::Stopped : RunState::Failed;
}

} // namespace

NewRun newRun(const Job& job)
{
    NewRun run;
    run.project = job.text("project");
    run.kind = job.spec().name;
    run.name = job.text("name");
    run.job = job.toJson();
    run.device = job.text("device");
    run.dtype = job.text("dtype");
    run.seed = static_cast<std::uint64_t>(job.integer("seed"));
    run.versions = {{"boolab", boolabVersion()}, {"libtorch", libtorchVersion()}};
    run.totalSteps = job.integer("steps");
    run.queued = job.on("queue");
    return run;
}

void endRun(RunRecorder& recorder, const Status& status, const nlohmann::json& result,
            TerminalObserver& terminal)
{
    const std::string message = status ? std::string() : status.error().text();
    if (!status) recorder.log(status.error().code == ErrorCode::Stopped ? "info" : "error", message);
    if (auto ended = recorder.end(endState(status), message, result); !ended)
        terminal.log("warning", fmt::format("the run's end could not be recorded: {}", ended.error().text()));
}

Result<nlohmann::json> runRecorded(const Job& job, RunRecorder& recorder, TerminalObserver& terminal,
                                   JobObserver* over, const RankConfig* ranks)
{
    resetPeakMemory();
    RecorderObserver recording(recorder, stopRequested,
                               [&](const std::string& text) { terminal.note(text); });
    std::vector<JobObserver*> observers = {&terminal, &recording};
    if (over != nullptr) observers.push_back(over);
    TeeObserver all(observers);
    auto result = runJob(job, all, ranks);
    if (result) (*result)["run_id"] = recorder.id();
    endRun(recorder, result ? Status() : Status(std::unexpected(result.error())),
           result ? *result : nlohmann::json(), terminal);
    return result;
}

} // namespace boolab::cli
