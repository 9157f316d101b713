// SPDX-License-Identifier: Apache-2.0
// Which metric of a run stands on which chart.
#pragma once

#include "core/store/records.h"

#include <optional>

#include <QString>

namespace boolab::ui
{

/// What is looked at together; one group at a time fills the page.
enum class ChartGroup { Overview, Loss, Flips, Scales, Machine, More };
QString groupTitle(ChartGroup group);

struct RunCurve {
    const char* metric;
    int color;
};

struct RunChartSpec {
    ChartGroup group;
    const char* title; ///< of metricTitle's context, untranslated
    std::vector<RunCurve> curves;
    bool isNoisy = true;      ///< gets a smoothed curve
    bool onlyWritten = false; ///< not announced: some trainings never write it
};

/// In the order in which they stand; the first three of a training make its overview.
const std::vector<RunChartSpec>& runChartList();
QString chartTitle(const RunChartSpec& spec);
/// Metrics that need no chart, since another one tells the same.
bool isTold(const std::string& metric);

/// What stands in a chart without samples: what will come and when, or why nothing does.
QString emptyChartText(const RunChartSpec& spec, const RunRecord& run);
bool trainsScalesOnly(const RunRecord& run);

} // namespace boolab::ui
