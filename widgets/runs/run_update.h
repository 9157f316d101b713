// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/metric_summaries.h"
#include "core/store/records.h"

#include <memory>
#include <utility>
#include <vector>

namespace boolab::ui
{

/// What is new about one run since the update before.
struct RunUpdate {
    RunRecord run;
    bool fromStart = false; ///< takes the place of everything before: first read, resumed or ended run
    std::vector<std::pair<std::string, std::vector<MetricPoint>>> metrics;
    std::vector<std::string> layerNames; ///< empty: as before
    std::vector<LayerStats> layers;
    std::vector<LogLine> logs;
    std::vector<RunEvent> events;
    std::vector<RunSample> samples;
    std::vector<RunSetting> settings; ///< all of them
    std::vector<Artifact> artifacts;  ///< all of them
};

using RunUpdatePtr = std::shared_ptr<const RunUpdate>;
using SavedFilters = std::vector<SavedFilter>;
using CurvesPtr = std::shared_ptr<const SummaryTable>;
using RunListPtr = std::shared_ptr<const std::vector<RunRecord>>;

} // namespace boolab::ui
