// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/run_job.h"

#include <QtTest>
#include <map>
#include <set>

/// A job from its JSON; fails the test where it is not valid.
inline boolab::Job makeJob(const nlohmann::json& json)
{
    auto job = boolab::Job::fromJson(json, "test");
    if (!job) qFatal("%s", job.error().text().c_str());
    return *job;
}

/// Keeps what a job reports; asks for a stop after a given number of command() calls in the "training" phase.
class RecordingObserver : public boolab::SilentObserver
{
public:
    std::map<std::string, std::vector<double>> metrics;
    std::vector<std::string> layerNames;
    std::map<std::string, std::vector<std::vector<float>>> stats;
    std::vector<std::pair<std::string, std::string>> events; ///< kind, text
    std::vector<std::string> warnings;
    std::set<std::string> phases;
    int stopAfter = -1;
    std::vector<boolab::SettingChange> changes; ///< asked for once, after the first step

    void log(const std::string& level, const std::string& text) override
    {
        if (level == "warning") warnings.push_back(text);
    }
    void event(std::int64_t, const std::string& kind, const std::string& text) override
    {
        events.emplace_back(kind, text);
    }
    void phase(const std::string& name, const std::string&) override
    {
        m_phase = name;
        phases.insert(name);
    }
    void metric(std::int64_t, const std::string& name, double value) override
    {
        metrics[name].push_back(value);
    }
    void layers(const std::vector<std::string>& names) override { layerNames = names; }
    void layerStats(std::int64_t, const std::string& quantity, const std::vector<float>& values) override
    {
        stats[quantity].push_back(values);
    }
    Command command() override
    {
        if (m_phase != "training" || stopAfter < 0) return Command::Continue;
        return --stopAfter <= 0 ? Command::Stop : Command::Continue;
    }

    std::vector<boolab::SettingChange> takeChanges() override { return std::exchange(changes, {}); }

private:
    std::string m_phase;
};
