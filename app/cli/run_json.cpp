// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run_json.h"

#include <ctime>

namespace boolab::cli
{

namespace
{

Result<nlohmann::json> metricsJson(const ExperimentStore& store, RunId id)
{
    const auto names = store.metricNames(id);
    if (!names) return std::unexpected(names.error());
    nlohmann::json json = nlohmann::json::object();
    for (const std::string& name : *names) {
        const auto points = store.metrics(id, name);
        if (!points) return std::unexpected(points.error());
        nlohmann::json list = nlohmann::json::array();
        for (const MetricPoint& point : *points)
            list.push_back({point.step, point.value, point.time});
        json[name] = std::move(list);
    }
    return json;
}

Result<nlohmann::json> layersJson(const ExperimentStore& store, RunId id)
{
    const auto names = store.layerNames(id);
    if (!names) return std::unexpected(names.error());
    nlohmann::json json = {{"names", *names}};
    for (const char* quantity : {"kernel_count", "relative_error", "flips", "flip_rate", "scale_drift"}) {
        const auto stats = store.layerStats(id, quantity);
        if (!stats) return std::unexpected(stats.error());
        nlohmann::json list = nlohmann::json::array();
        for (const LayerStats& one : *stats)
            list.push_back({{"step", one.step}, {"values", one.values}});
        if (!list.empty()) json[quantity] = std::move(list);
    }
    return json;
}

Result<nlohmann::json> logsJson(const ExperimentStore& store, RunId id)
{
    nlohmann::json json = nlohmann::json::array();
    std::int64_t after = 0;
    while (true) {
        const auto lines = store.logs(id, after);
        if (!lines) return std::unexpected(lines.error());
        if (lines->empty()) return json;
        for (const LogLine& line : *lines)
            json.push_back({{"time", line.time}, {"level", line.level}, {"text", line.text}});
        after = lines->back().id;
    }
}

Result<nlohmann::json> eventsJson(const ExperimentStore& store, RunId id)
{
    const auto events = store.events(id);
    if (!events) return std::unexpected(events.error());
    nlohmann::json json = nlohmann::json::array();
    for (const RunEvent& event : *events)
        json.push_back(
            {{"step", event.step}, {"time", event.time}, {"kind", event.kind}, {"text", event.text}});
    return json;
}

Result<nlohmann::json> samplesJson(const ExperimentStore& store, RunId id)
{
    const auto samples = store.samples(id);
    if (!samples) return std::unexpected(samples.error());
    nlohmann::json json = nlohmann::json::array();
    for (const RunSample& sample : *samples)
        json.push_back({{"step", sample.step},
                        {"prompt", sample.prompt},
                        {"teacher", sample.teacher},
                        {"student", sample.student}});
    return json;
}

Result<nlohmann::json> settingsJson(const ExperimentStore& store, RunId id)
{
    const auto settings = store.settings(id);
    if (!settings) return std::unexpected(settings.error());
    nlohmann::json json = nlohmann::json::array();
    for (const RunSetting& setting : *settings)
        json.push_back(
            {{"key", setting.key},
             {"value", setting.value},
             {"asked", timeText(setting.askedAt)},
             {"from_step", setting.takenStep ? nlohmann::json(*setting.takenStep) : nlohmann::json()}});
    return json;
}

} // namespace

std::string timeText(double unixSeconds)
{
    if (unixSeconds <= 0) return "-";
    const auto seconds = static_cast<std::time_t>(unixSeconds);
    std::tm utc = {};
    gmtime_r(&seconds, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

nlohmann::json toJson(const RunRecord& run)
{
    return {{"id", run.id},
            {"project", run.project},
            {"kind", run.kind},
            {"name", run.name},
            {"state", nameOf(run.state)},
            {"phase", run.phase},
            {"step", run.step},
            {"total_steps", run.totalSteps},
            {"message", run.message},
            {"host", run.host},
            {"pid", run.pid},
            {"device", run.device},
            {"dtype", run.dtype},
            {"seed", run.seed},
            {"created", timeText(run.createdAt)},
            {"started", timeText(run.startedAt)},
            {"ended", timeText(run.endedAt)},
            {"seconds", secondsAtWork(run)},
            {"silent_seconds", run.silentSeconds},
            {"resumed_from", run.resumedFrom ? nlohmann::json(*run.resumedFrom) : nlohmann::json()},
            {"parent", run.parent ? nlohmann::json(*run.parent) : nlohmann::json()},
            {"tags", run.tags},
            {"notes", run.notes},
            {"pinned", run.pinned},
            {"archived", timeText(run.archivedAt)},
            {"deleted", timeText(run.deletedAt)},
            {"versions", run.versions.get()},
            {"job", run.job.get()},
            {"result", run.result.get()}};
}

Result<nlohmann::json> wholeRunJson(const ExperimentStore& store, RunId id)
{
    const auto run = store.run(id);
    if (!run) return std::unexpected(run.error());
    nlohmann::json json = toJson(*run);
    const std::pair<const char*, Result<nlohmann::json>> parts[] = {
        {"metrics", metricsJson(store, id)},   {"layers", layersJson(store, id)},
        {"events", eventsJson(store, id)},     {"samples", samplesJson(store, id)},
        {"settings", settingsJson(store, id)}, {"log", logsJson(store, id)}};
    for (const auto& [key, part] : parts) {
        if (!part) return std::unexpected(part.error());
        json[key] = *part;
    }
    const auto artifacts = store.artifacts(id);
    if (!artifacts) return std::unexpected(artifacts.error());
    json["artifacts"] = nlohmann::json::array();
    for (const Artifact& one : *artifacts)
        json["artifacts"].push_back({{"kind", one.kind}, {"path", one.path}, {"bytes", one.bytes}});
    return json;
}

} // namespace boolab::cli
