// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/experiment_store.h"

namespace boolab
{

/// Runs that wait for their device, one after another. A run whose engine is gone holds up nobody.
class RunQueue
{
public:
    static Result<RunQueue> open(const std::filesystem::path& database,
                                 std::chrono::milliseconds busyTimeout = kBusyTimeout);
    RunQueue(RunQueue&&) noexcept;
    ~RunQueue();

    /// Queued run `id` becomes a running one if no other run of this machine is at work on its device and
    /// none has waited for it longer, or in any case with `atOnce`. Else the run that it waits for.
    Result<std::optional<RunRecord>> takeTurn(RunId id, bool atOnce = false);

private:
    struct Impl;
    explicit RunQueue(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// The run among `runs` that `id`, new or queued on `device` of `host`, would have to wait for: one at work,
/// else the one that waits longest before it; null where the device is free. A new run is no one's number: 0.
const RunRecord* runAhead(const std::vector<RunRecord>& runs, RunId id, const std::string& device,
                          const std::string& host);

} // namespace boolab
