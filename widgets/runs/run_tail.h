// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/experiment_store.h"
#include "widgets/runs/run_update.h"

#include <map>

namespace boolab::ui
{

/// Remembers what was seen of one run and reads only what came after.
class RunTail
{
public:
    explicit RunTail(RunId id) : m_id(id) {}
    RunId id() const { return m_id; }
    Result<RunUpdate> read(const ExperimentStore& store);

private:
    bool mustStartOver(const RunRecord& run) const;
    Status readMetrics(const ExperimentStore& store, RunUpdate& update);
    Status readLayers(const ExperimentStore& store, RunUpdate& update);
    Status readLogs(const ExperimentStore& store, RunUpdate& update);
    Status readSteering(const ExperimentStore& store, RunUpdate& update);

    RunId m_id;
    RunRecord m_last; ///< id 0: nothing read yet
    std::map<std::string, std::int64_t> m_metricSteps, m_layerSteps;
    bool m_layersNamed = false;
    std::int64_t m_lastLog = 0, m_lastEvent = 0, m_lastSample = 0;
};

} // namespace boolab::ui
