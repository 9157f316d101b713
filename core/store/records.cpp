// SPDX-License-Identifier: Apache-2.0
#include "core/store/records.h"

#include <algorithm>

namespace boolab
{

std::string nameOf(RunState state)
{
    switch (state) {
    case RunState::Queued:
        return "queued";
    case RunState::Running:
        return "running";
    case RunState::Paused:
        return "paused";
    case RunState::Done:
        return "done";
    case RunState::Failed:
        return "failed";
    case RunState::Stopped:
        return "stopped";
    case RunState::Interrupted:
        return "interrupted";
    }
    return "unknown";
}

double secondsAtWork(const RunRecord& run)
{
    if (run.startedAt <= 0) return -1;
    const double since = run.resumedAt > 0 ? run.resumedAt : run.startedAt;
    const double until = run.endedAt > 0 ? run.endedAt : run.heartbeatAt;
    // A queued resumption has not begun to work.
    const double now = run.state == RunState::Queued ? 0 : std::max(0.0, until - since);
    return run.secondsBefore + now;
}

} // namespace boolab
