// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/terminal_observer.h"
#include "core/store/run_recorder.h"

namespace boolab::cli
{

/// Waits until a queued run may use its device, and says what it waits for. Stopped where it is asked to stop
/// before; a request to go on lets it start at once.
Status waitForTurn(RunRecorder& recorder, const std::filesystem::path& database, TerminalObserver& terminal);

} // namespace boolab::cli
