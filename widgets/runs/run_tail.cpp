// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_tail.h"

#include "widgets/runs/run_state_look.h"

#include <algorithm>
#include <array>

namespace boolab::ui
{
namespace
{

constexpr std::array kLayerQuantities{"kernel_count",  "relative_error", "flips",         "scale_drift",
                                      "error_after_1", "error_after_2",  "error_after_3", "error_after_4",
                                      "error_after_5", "error_after_6",  "error_after_7", "error_after_8"};
constexpr int kLogPage = 5000;
constexpr std::size_t kLogsKept = 20'000; // the tail; the whole log is `boolab-cli runs show`'s

std::int64_t lastOf(const std::map<std::string, std::int64_t>& steps, const std::string& name)
{
    const auto found = steps.find(name);
    return found == steps.end() ? -1 : found->second;
}

} // namespace

/// A resumed run drops the steps after its checkpoint; a run that ended may have written its layers once
/// more.
bool RunTail::mustStartOver(const RunRecord& run) const
{
    if (m_last.id == 0) return true;
    return run.pid != m_last.pid || run.step < m_last.step || isActive(m_last.state) != isActive(run.state);
}

Result<RunUpdate> RunTail::read(const ExperimentStore& store)
{
    auto run = store.run(m_id);
    if (!run) return std::unexpected(run.error());
    RunUpdate update;
    update.run = std::move(*run);
    update.fromStart = mustStartOver(update.run);
    if (update.fromStart) *this = RunTail(m_id);
    m_last = update.run;
    for (const auto part :
         {&RunTail::readMetrics, &RunTail::readLayers, &RunTail::readLogs, &RunTail::readSteering})
        if (Status status = (this->*part)(store, update); !status) {
            m_last.id = 0;
            return std::unexpected(status.error());
        }
    auto artifacts = store.artifacts(m_id);
    if (!artifacts) return std::unexpected(artifacts.error());
    update.artifacts = std::move(*artifacts);
    return update;
}

Status RunTail::readMetrics(const ExperimentStore& store, RunUpdate& update)
{
    const auto names = store.metricNames(m_id);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        auto points = store.metrics(m_id, name, lastOf(m_metricSteps, name));
        if (!points) return std::unexpected(points.error());
        if (points->empty()) continue;
        m_metricSteps[name] = points->back().step;
        update.metrics.emplace_back(name, std::move(*points));
    }
    return {};
}

Status RunTail::readLayers(const ExperimentStore& store, RunUpdate& update)
{
    if (!m_layersNamed) {
        auto names = store.layerNames(m_id);
        if (!names) return std::unexpected(names.error());
        if (names->empty()) return {};
        m_layersNamed = true;
        update.layerNames = std::move(*names);
    }
    for (const char* quantity : kLayerQuantities) {
        auto rows = store.layerStats(m_id, quantity, lastOf(m_layerSteps, quantity));
        if (!rows) return std::unexpected(rows.error());
        if (rows->empty()) continue;
        m_layerSteps[quantity] = rows->back().step;
        std::ranges::move(*rows, std::back_inserter(update.layers));
    }
    return {};
}

Status RunTail::readSteering(const ExperimentStore& store, RunUpdate& update)
{
    auto events = store.events(m_id, m_lastEvent);
    if (!events) return std::unexpected(events.error());
    auto samples = store.samples(m_id, m_lastSample);
    if (!samples) return std::unexpected(samples.error());
    auto settings = store.settings(m_id);
    if (!settings) return std::unexpected(settings.error());
    if (!events->empty()) m_lastEvent = events->back().id;
    if (!samples->empty()) m_lastSample = samples->back().id;
    update.events = std::move(*events);
    update.samples = std::move(*samples);
    update.settings = std::move(*settings);
    return {};
}

Status RunTail::readLogs(const ExperimentStore& store, RunUpdate& update)
{
    for (;;) {
        auto lines = store.logs(m_id, m_lastLog, kLogPage);
        if (!lines) return std::unexpected(lines.error());
        if (lines->empty()) return {};
        m_lastLog = lines->back().id;
        const bool more = std::ssize(*lines) == kLogPage;
        std::ranges::move(*lines, std::back_inserter(update.logs));
        if (update.logs.size() > kLogsKept)
            update.logs.erase(update.logs.begin(),
                              update.logs.end() - static_cast<std::ptrdiff_t>(kLogsKept));
        if (!more) return {};
    }
}

} // namespace boolab::ui
