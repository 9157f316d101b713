// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_observer.h"

#include <chrono>
#include <functional>
#include <map>

namespace boolab::cli
{

/// Progress on standard error: one bar with the time left on a terminal, plain lines now and then elsewhere.
class TerminalObserver final : public JobObserver
{
public:
    struct Config {
        bool quiet = false; ///< warnings and errors only
        bool bar = false;   ///< standard error is a terminal
        std::function<bool()> stopRequested;
    };
    explicit TerminalObserver(Config config) : m_config(std::move(config)) {}
    ~TerminalObserver() override;

    void phase(const std::string& name, const std::string& unit) override;
    void progress(std::int64_t done, std::int64_t total) override;
    void metric(std::int64_t step, const std::string& name, double value) override;
    void layers(const std::vector<std::string>&) override {}
    void layerStats(std::int64_t, const std::string&, const std::vector<float>&) override {}
    void log(const std::string& level, const std::string& text) override;
    void artifact(const std::string& kind, const std::string& path) override;
    void event(std::int64_t step, const std::string& kind, const std::string& text) override;
    void sample(std::int64_t, const TextSample&) override {}
    Command command() override;
    std::vector<SettingChange> takeChanges() override { return {}; }

    /// A line above the bar.
    void note(const std::string& text);

private:
    using Clock = std::chrono::steady_clock;

    std::string status() const; ///< "95/210 layers  loss 1.83  0:32 left"
    double secondsLeft() const;
    void draw();
    void clearBar();
    void endPhase();

    Config m_config;
    std::string m_phase, m_unit;
    std::int64_t m_first = 0, m_done = 0, m_total = 0;
    bool m_hasProgress = false, m_barShown = false, m_stopNoted = false;
    Clock::time_point m_started, m_drawn;
    std::map<std::string, double> m_metrics;
};

} // namespace boolab::cli
