// SPDX-License-Identifier: Apache-2.0
#include "app/cli/turn.h"

#include "app/cli/stop_signals.h"
#include "core/store/run_queue.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <thread>

namespace boolab::cli
{

namespace
{

constexpr std::chrono::milliseconds kLookEvery{300};

} // namespace

Status waitForTurn(RunRecorder& recorder, const std::filesystem::path& database, TerminalObserver& terminal)
{
    auto queue = RunQueue::open(database);
    if (!queue) return std::unexpected(queue.error());
    RunId waitsFor = 0;
    for (;;) {
        const auto asked = recorder.takeRequests();
        if (stopRequested() || std::ranges::find(asked, RequestKind::Stop) != asked.end())
            return fail(ErrorCode::Stopped, "Stopped before its turn came.",
                        "The same command starts it again.");
        const bool atOnce = std::ranges::find(asked, RequestKind::Resume) != asked.end();
        const auto ahead = queue->takeTurn(recorder.id(), atOnce);
        // A locked database is no reason to give up a place in the queue.
        if (!ahead && ahead.error().code != ErrorCode::Database) return std::unexpected(ahead.error());
        if (ahead && !*ahead) return {};
        if (ahead && (*ahead)->id != waitsFor) {
            waitsFor = (*ahead)->id;
            const std::string text = fmt::format("waiting for run {} ({})", waitsFor, (*ahead)->name);
            recorder.phase(text);
            terminal.note(text);
        }
        std::this_thread::sleep_for(kLookEvery);
    }
}

} // namespace boolab::cli
