// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/experiment_store.h"

namespace boolab::cli
{

nlohmann::json toJson(const RunRecord& run);
/// The run with its curves, layer statistics, log and artifacts.
Result<nlohmann::json> wholeRunJson(const ExperimentStore& store, RunId id);
/// "2025-03-01T12:00:00Z", or "-" for 0.
std::string timeText(double unixSeconds);

} // namespace boolab::cli
