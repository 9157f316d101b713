// SPDX-License-Identifier: Apache-2.0
// Runs side by side, as values for a window, a terminal and a report.
#pragma once

#include "core/compare/compared_run.h"
#include "core/compare/scores.h"

namespace boolab
{

/// One setting of all runs.
struct SettingRow {
    std::string key;                                ///< as in job files; "run kind", "boolab version", …
    std::string label;                              ///< as in forms
    std::vector<std::optional<std::string>> values; ///< none: the run's kind has no such setting
    bool differs = false;                           ///< between runs that have it
    std::string kinds = {}; ///< "evaluate": only these kinds of job have it; empty: all of the runs'
    bool isSet = true;      ///< a run was told it; else all have the default
};

/// Those that differ first, then those that are the same, then those of some kinds alone, kind by kind; in
/// the order of the forms. Defaults count like values that were set.
std::vector<SettingRow> compareSettings(std::span<const ComparedRun> runs);

struct MetricCell {
    double value = 0; ///< NaN: the run has none
    double standardError = 0;
    bool isBest = false;
    bool isSoFar = false;               ///< the last of a curve, from a run that has not ended
    double delta = 0, deltaPercent = 0; ///< from the baseline's value; NaN: nothing to compare with
};

/// One metric of all runs that were measured alike.
struct MetricRow {
    std::string metric, protocol;
    Better better = Better::Unknown;
    bool hasOtherProtocols = false; ///< other rows have this metric by another protocol: not comparable
    bool isCurve = false;           ///< the last value of a curve, not a result
    std::vector<MetricCell> cells;  ///< in the order of the runs
};

/// A row per metric and protocol. The best value is marked where two runs have one and not all are equal.
std::vector<MetricRow> compareMetrics(std::span<const ComparedRun> runs, std::optional<RunId> baseline);

struct LayerRow {
    std::string layer;
    std::vector<double> values; ///< in the order of the runs; NaN: it has no such layer
};
/// Of a quantity of ComparedRun::layerValues; layers in the order in which they come up.
std::vector<LayerRow> compareLayers(std::span<const ComparedRun> runs, const std::string& quantity);

struct TextRow {
    std::string prompt;
    std::int64_t step = 0; ///< of the first run that has it
    std::string teacher;
    std::vector<std::optional<std::string>> texts; ///< in the order of the runs: the last after this prompt
};
/// The last text of every run after every prompt: samples of trainings and answers of `generate`.
std::vector<TextRow> compareTexts(std::span<const ComparedRun> runs);

} // namespace boolab
