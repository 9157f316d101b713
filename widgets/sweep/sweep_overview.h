// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <QString>
#include <vector>

namespace boolab::ui
{

/// One model of a sweep: a point of its grid, or the full-precision one.
struct SweepEntry {
    enum class State { Waiting, Running, Done, Failed };

    QString method = {}; ///< "gptq", "full precision"
    double bits = 0;     ///< nominal; 0: the full-precision model
    State state = State::Waiting;
    QString status = {}; ///< "converting, 45 of 210", or why there is no figure; empty where all is well
    nlohmann::json figures = nlohmann::json::object(); ///< as in the sweep's result (sweep_figures.h)
    RunId convertRun = 0, evaluateRun = 0;             ///< 0: none yet

    QString name() const; ///< "gptq, 2.5 bits"
    double figure(const char* key) const;
    /// Everything known, over several lines.
    QString text() const;
    /// Its conversion, or what was measured where nothing was converted.
    RunId mainRun() const { return convertRun != 0 ? convertRun : evaluateRun; }
};

/// A sweep as its run and the runs below it tell: what its own row has gathered, and for the points that are
/// not in it yet what their runs are at.
struct SweepOverview {
    SweepEntry reference;
    std::vector<SweepEntry> points; ///< of the whole grid, in its order
    int done = 0, failed = 0;

    /// `runs`: any runs, those of the sweep among them.
    static SweepOverview from(const RunRecord& sweep, const std::vector<RunRecord>& runs);
    /// {"reference", "points"} of what is done or has failed.
    nlohmann::json result() const;
};

} // namespace boolab::ui
