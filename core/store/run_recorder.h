// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_observer.h"
#include "core/store/experiment_store.h"

namespace boolab
{

/// The engine's side of one run: everything is queued and written by a thread of its own in small
/// transactions (at least twice a second), together with the heartbeat, so a long layer never makes a run
/// look dead and a slow disk never stalls a step. While the database is locked or the disk full, everything
/// stays queued and is tried again. Calls are thread-safe. Without end() the run is left as it is (a crash),
/// i.e. interrupted.
class RunRecorder
{
public:
    static Result<RunRecorder> begin(const std::filesystem::path& database, const NewRun& run,
                                     std::chrono::milliseconds busyTimeout = kBusyTimeout);
    /// Continues a stopped, failed or interrupted run in place, or a done one for more steps: same id,
    /// metrics, layer statistics, events, samples and settings after `fromStep` and requests that nobody took
    /// are dropped. Refused while the run's engine lives; one that cannot be looked at (another machine) gets
    /// a moment to show it. `queued`: it waits for its device (RunQueue).
    static Result<RunRecorder> resume(const std::filesystem::path& database, RunId id, std::int64_t fromStep,
                                      std::int64_t totalSteps,
                                      std::chrono::milliseconds busyTimeout = kBusyTimeout,
                                      bool queued = false);

    RunRecorder(RunRecorder&&) noexcept;
    RunRecorder& operator=(RunRecorder&&) noexcept;
    ~RunRecorder(); ///< flushes

    RunId id() const;
    void phase(const std::string& name);
    void progress(std::int64_t step, std::int64_t totalSteps);
    void metric(std::int64_t step, const std::string& name, double value);
    void layers(const std::vector<std::string>& names); ///< once; again replaces them
    void layerStats(std::int64_t step, const std::string& quantity, std::vector<float> values);
    void log(const std::string& level, const std::string& text);
    void event(std::int64_t step, const std::string& kind, const std::string& text);
    void sample(std::int64_t step, const TextSample& sample);
    void artifact(const Artifact& artifact);
    void state(RunState state); ///< Running, Paused
    /// What is known so far, for runs that have something to show before their end.
    void result(const nlohmann::json& result);
    /// Requests that arrived since the last call, oldest first (polled by the writer thread; cheap).
    std::vector<RequestKind> takeRequests();
    /// Settings changed since the last call, oldest first; recorded as in force from `step` on.
    std::vector<SettingChange> takeSettings(std::int64_t step);
    /// Writes everything and closes the run with its end state, message and result.
    Status end(RunState state, const std::string& message = {}, const nlohmann::json& result = {});
    Status flush(); ///< an error leaves everything queued

private:
    struct Impl;
    explicit RunRecorder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab
