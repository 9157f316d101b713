// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace boolab::cli
{

/// The first SIGINT or SIGTERM asks the job to stop: it finishes its step, writes a checkpoint and closes its
/// run. A second SIGINT ends the process at once. A reader that closes its end of a pipe ends nothing.
void installStopSignals();
bool stopRequested();

} // namespace boolab::cli
