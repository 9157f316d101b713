// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/compare/compared_run.h"
#include "core/store/saved_comparisons.h"
#include "widgets/runs/run_update.h"

#include <set>

namespace boolab::ui
{

/// A curve as it was read. Another `edition` than before means that the beginning changed too; else points
/// were only added.
struct CurveReading {
    int edition = 0;
    std::vector<MetricPoint> points;
};
using CurvePtr = std::shared_ptr<const CurveReading>;

/// What the compare page shows, as of one moment.
struct CompareData {
    RunListPtr all;                ///< the runs there are, newest first
    std::vector<ComparedRun> runs; ///< those of the tray that are there, in its order
    std::map<RunId, std::map<std::string, CurvePtr>> curves;
    std::vector<SavedComparison> saved;
};
using CompareDataPtr = std::shared_ptr<const CompareData>;

} // namespace boolab::ui
