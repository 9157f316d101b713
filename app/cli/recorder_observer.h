// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_observer.h"
#include "core/store/run_recorder.h"

#include <functional>

namespace boolab::cli
{

/// Writes a job into the experiment database and reads what the window asks of it: pause, resume, stop,
/// checkpoint, other settings.
class RecorderObserver final : public JobObserver
{
public:
    /// `recorder` outlives it. `stopRequested` ends a pause too; `announce` hears of pauses.
    RecorderObserver(RunRecorder& recorder, std::function<bool()> stopRequested,
                     std::function<void(const std::string&)> announce);

    void phase(const std::string& name, const std::string& unit) override;
    void progress(std::int64_t done, std::int64_t total) override;
    void metric(std::int64_t step, const std::string& name, double value) override
    {
        m_recorder.metric(step, name, value);
    }
    void layers(const std::vector<std::string>& names) override { m_recorder.layers(names); }
    void layerStats(std::int64_t step, const std::string& quantity,
                    const std::vector<float>& values) override;
    /// Recorded, with all that was told before it, when this returns.
    void log(const std::string& level, const std::string& text) override;
    void artifact(const std::string& kind, const std::string& path) override;
    void event(std::int64_t step, const std::string& kind, const std::string& text) override;
    void sample(std::int64_t step, const TextSample& sample) override { m_recorder.sample(step, sample); }
    Command command() override;
    std::vector<SettingChange> takeChanges() override { return m_recorder.takeSettings(m_step); }

private:
    void takeRequests();
    void setPaused(bool paused);

    RunRecorder& m_recorder;
    std::function<bool()> m_stopRequested;
    std::function<void(const std::string&)> m_announce;
    std::int64_t m_step = 0; ///< done so far
    bool m_paused = false, m_stop = false, m_checkpoint = false;
};

} // namespace boolab::cli
