// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/compare/curve_axis.h"
#include "core/compare/reference_scores.h"
#include "core/compare/svg_chart.h"
#include "core/compare/tradeoff.h"

namespace boolab
{

/// One metric of all runs.
struct ComparedCurves {
    std::string metric;
    std::vector<std::vector<MetricPoint>> points; ///< in the order of the runs; empty: the run has none
};

/// Metrics worth a chart: those that most of the runs have, the telling ones first.
std::vector<std::string> tellingMetrics(std::span<const ComparedRun> runs, std::size_t limit);
Result<ComparedCurves> readCurves(const ExperimentStore& store, std::span<const ComparedRun> runs,
                                  const std::string& metric);

/// "perplexity" is "Perplexity", "loss_kl" is "Loss kl": for reports, where nothing is translated.
std::string plainTitle(const std::string& metric);
std::string captionOf(CurveAxis axis);
std::string captionOf(SizeAxis axis);

/// `colors`: of seriesHex(), in the order of the runs.
SvgChart curveChart(const ComparedCurves& curves, std::span<const ComparedRun> runs,
                    std::span<const int> colors, CurveAxis axis);
SvgChart tradeoffChart(const TradeoffPicture& picture, const ScoreChoice& choice, SizeAxis axis,
                       std::span<const ComparedRun> runs, std::span<const int> colors,
                       std::span<const ReferenceScore> references);

} // namespace boolab
