// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/past_runs.h"
#include "app/cli/recorder_observer.h"
#include "app/cli/terminal_observer.h"
#include "core/jobs/sweep_grid.h"
#include "core/store/run_recorder.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace boolab::cli
{

/// Plays a sweep in this process: one run per conversion and evaluation below one run of its own. What ran
/// before and still holds is taken over; a point that fails is noted and the others go on. After every point
/// sweep.json and sweep.csv in the output folder tell what is known.
class Sweep
{
public:
    /// `terminal` outlives it.
    Sweep(const Job& job, TerminalObserver& terminal) : m_job(job), m_terminal(terminal) {}

    /// {"output", "reference", "points", "failed", "reused", …}; a stop or an error leaves what was measured
    /// in the sweep's run.
    Result<nlohmann::json> play();
    /// The sweep's own run, once there is one.
    std::optional<RunId> run() const { return m_parent ? std::optional(m_parent->id()) : std::nullopt; }

private:
    struct Part {
        RunId run = 0;
        nlohmann::json result;
    };

    Result<RunRecorder> openParent(const std::vector<SweepPoint>& points);
    Status begin(const std::vector<SweepPoint>& points);
    Status playAll(const std::vector<SweepPoint>& points);
    Status measureReference();
    Status playPoint(const SweepPoint& point);
    Status measure(const SweepPoint& point, nlohmann::json& figures);
    Result<Part> part(const Job& job);
    Result<Part> runPart(const Job& job);
    Status write();

    Job m_job;
    TerminalObserver& m_terminal;
    std::optional<PastRuns> m_past;
    std::optional<RunRecorder> m_parent;
    std::optional<RecorderObserver> m_asked; ///< what the window asks of the sweep itself
    nlohmann::json m_result;
};

} // namespace boolab::cli
