// SPDX-License-Identifier: Apache-2.0
// What `runs compare` prints.
#pragma once

#include "core/compare/comparison.h"
#include "core/compare/reference_scores.h"
#include "core/compare/tradeoff.h"

#include <nlohmann/json.hpp>

namespace boolab::cli
{

/// All facts of one comparison.
struct ComparisonFacts {
    std::vector<ComparedRun> runs = {};
    std::optional<RunId> baseline = {};
    std::vector<RunRecord> all = {};             ///< the runs there are
    std::vector<ReferenceScore> references = {}; ///< published figures that were asked for
};

nlohmann::json toJson(const ComparisonFacts& facts);
std::string toText(const ComparisonFacts& facts);

} // namespace boolab::cli
