// SPDX-License-Identifier: Apache-2.0
// What the tables of the compare page say.
#pragma once

#include "widgets/compare/compare_view.h"
#include "widgets/compare/facts_table.h"

namespace boolab::ui
{

/// "relative_error" is "Relative error", "piqa acc" stays.
QString figureTitle(const std::string& metric);
/// A figure as people read it: sizes in MB, durations in minutes.
QString figureText(const std::string& metric, double value);

/// All settings, or only those that differ; what one kind of job alone has stands in one row first.
Facts2D settingsFacts(const CompareInput& input, bool onlyDiffering);
/// Results, and with `withCurves` the last values of curves.
Facts2D resultFacts(const CompareInput& input, bool withCurves);
/// Whether a metric stands in several rows, as it was measured by several protocols.
bool mixesProtocols(const CompareInput& input);
/// A quantity of ComparedRun::layerValues, a mean above the layers.
Facts2D layerFacts(const CompareInput& input, const std::string& quantity);

} // namespace boolab::ui
