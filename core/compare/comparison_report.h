// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/compare/comparison.h"
#include "core/compare/report_charts.h"

#include <functional>

namespace boolab
{

/// All that a report of a comparison tells.
struct ReportInput {
    std::string title;
    std::string madeAt; ///< date and time, as text
    std::vector<ComparedRun> runs = {};
    std::vector<int> colors = {}; ///< of seriesHex(), one per run
    std::optional<RunId> baseline = {};
    std::vector<RunRecord> all = {}; ///< the runs there are: full-precision models, parts of sweeps
    std::vector<ComparedCurves> curves = {};
    CurveAxis curveAxis = CurveAxis::Step;
    std::optional<ScoreChoice> choice = {}; ///< of the trade-off; none: the first of scoreChoices()
    SizeAxis sizeAxis = SizeAxis::BitsPerWeight;
    std::vector<ReferenceScore> references = {}; ///< those to be shown
};

/// Where a chart goes in the text: the element that shows it.
using PlaceChart = std::function<std::string(const std::string& svg)>;

/// One HTML text without anything from outside: charts are inline, unless `place` puts them elsewhere.
/// Everything that comes from runs is escaped.
std::string comparisonReport(const ReportInput& input, const PlaceChart& place = {});

} // namespace boolab
