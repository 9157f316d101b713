// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

namespace boolab
{

/// What curves of several runs are laid over each other by.
enum class CurveAxis { Step, Tokens, Time };

/// Tokens that one step of this run reads; 0: its steps read none (a conversion's are layers).
double tokensPerStep(const RunRecord& run);
/// Where a point stands: its step, the tokens read until then, or the seconds since the run began. NaN where
/// the run has no such axis.
double placeOf(const MetricPoint& point, const RunRecord& run, CurveAxis axis);

} // namespace boolab
