// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace boolab
{

/// A setting that somebody changed while the job runs: the key of a `live` option and its new value.
struct SettingChange {
    std::string key;
    nlohmann::json value;
};

/// What both models go on with after the same prompt, for a person to read.
struct TextSample {
    std::string prompt, teacher, student;
};

/// What the engine tells while a job runs, and what it is asked to do. The database recorder, the terminal's
/// bar and tests are observers. All calls come from the job's own thread.
class JobObserver
{
public:
    enum class Command { Continue, Checkpoint, Stop };

    virtual ~JobObserver() = default;
    /// A new stretch of work ("converting layers"); `unit` names its steps ("layers", "steps", "tokens").
    virtual void phase(const std::string& name, const std::string& unit) = 0;
    virtual void progress(std::int64_t done, std::int64_t total) = 0;
    virtual void metric(std::int64_t step, const std::string& name, double value) = 0;
    virtual void layers(const std::vector<std::string>& names) = 0;
    virtual void layerStats(std::int64_t step, const std::string& quantity,
                            const std::vector<float>& values) = 0;
    virtual void log(const std::string& level, const std::string& text) = 0;
    virtual void artifact(const std::string& kind, const std::string& path) = 0;
    /// Something that happened at a step and belongs on the charts' axis. Kinds: "setting" (changed while
    /// running), "checkpoint", "rollback" (back to the last good checkpoint), "stop" (early, and why).
    virtual void event(std::int64_t step, const std::string& kind, const std::string& text) = 0;
    virtual void sample(std::int64_t step, const TextSample& sample) = 0;
    /// Asked between steps. Blocks while the run is paused.
    virtual Command command() = 0;
    /// Asked between steps, after command(): what was changed since the last call, oldest first.
    virtual std::vector<SettingChange> takeChanges() = 0;
};

/// Hears nothing, asks nothing.
class SilentObserver : public JobObserver
{
public:
    void phase(const std::string&, const std::string&) override {}
    void progress(std::int64_t, std::int64_t) override {}
    void metric(std::int64_t, const std::string&, double) override {}
    void layers(const std::vector<std::string>&) override {}
    void layerStats(std::int64_t, const std::string&, const std::vector<float>&) override {}
    void log(const std::string&, const std::string&) override {}
    void artifact(const std::string&, const std::string&) override {}
    void event(std::int64_t, const std::string&, const std::string&) override {}
    void sample(std::int64_t, const TextSample&) override {}
    Command command() override { return Command::Continue; }
    std::vector<SettingChange> takeChanges() override { return {}; }
};

} // namespace boolab
