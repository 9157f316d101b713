// SPDX-License-Identifier: Apache-2.0
// A job and its row in the experiment database.
#pragma once

#include "app/cli/terminal_observer.h"
#include "core/cluster/rank_config.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"
#include "core/store/run_recorder.h"

#include <nlohmann/json.hpp>

namespace boolab::cli
{

NewRun newRun(const Job& job);

/// Runs the job in this process, shown on the terminal and recorded, and closes its run. `over` is told and
/// asked as well. `ranks`: its place among several processes, null where it is alone.
Result<nlohmann::json> runRecorded(const Job& job, RunRecorder& recorder, TerminalObserver& terminal,
                                   JobObserver* over = nullptr, const RankConfig* ranks = nullptr);

/// Closes a run with its result or its error; `result` stays with a run that has an error too.
void endRun(RunRecorder& recorder, const Status& status, const nlohmann::json& result,
            TerminalObserver& terminal);

} // namespace boolab::cli
