// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <optional>
#include <string>
#include <vector>

namespace boolab::ui
{

/// Perplexity of one Boolean model over its first k of K kernels, gathered from all evaluations that differ
/// in nothing else.
struct KernelCurve {
    struct Point {
        std::int64_t kernels = 0;
        double perplexity = 0;
        RunId run = 0;
        nlohmann::json result;
    };

    std::vector<Point> points;           ///< by rising k; of several runs of one k the newest
    std::int64_t kernels = 0;            ///< K, the most that a layer has; 0: not known
    std::optional<double> fullPrecision; ///< of the model it was made from, measured in the same way

    static KernelCurve from(const RunRecord& evaluation, const std::vector<RunRecord>& runs);
    /// The counts that nobody has measured.
    std::vector<std::int64_t> missing() const;
};

} // namespace boolab::ui
