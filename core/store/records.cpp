// SPDX-License-Identifier: Apache-2.0
#include "core/store/records.h"

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

} // namespace boolab
