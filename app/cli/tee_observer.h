// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_observer.h"

namespace boolab::cli
{

/// Tells several observers the same; the strongest of their commands counts (stop, checkpoint, continue).
class TeeObserver final : public JobObserver
{
public:
    explicit TeeObserver(std::vector<JobObserver*> observers) : m_observers(std::move(observers)) {}

    void phase(const std::string& name, const std::string& unit) override;
    void progress(std::int64_t done, std::int64_t total) override;
    void metric(std::int64_t step, const std::string& name, double value) override;
    void layers(const std::vector<std::string>& names) override;
    void layerStats(std::int64_t step, const std::string& quantity,
                    const std::vector<float>& values) override;
    void log(const std::string& level, const std::string& text) override;
    void artifact(const std::string& kind, const std::string& path) override;
    void event(std::int64_t step, const std::string& kind, const std::string& text) override;
    void sample(std::int64_t step, const TextSample& sample) override;
    Command command() override;
    std::vector<SettingChange> takeChanges() override;

private:
    std::vector<JobObserver*> m_observers;
};

} // namespace boolab::cli
