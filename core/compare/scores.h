// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

namespace boolab
{

enum class Better { Unknown, Lower, Higher };
/// Whether less or more of a metric is better, by the name that results and curves give it.
Better betterOf(const std::string& metric);

/// A figure of a run with all that it depends on beside the model: only figures of one protocol may be
/// compared.
struct Score {
    std::string metric;   ///< "perplexity", "arc_easy acc", "average of 6 tasks"
    std::string protocol; ///< as people read it; empty where the figure depends on the model alone
    std::string key;      ///< equal for what may be compared; holds whole paths where `protocol` has names
    double value = 0;
    double standardError = 0; ///< 0: not known
};

/// The task set that papers on 1-bit models average over: acc of BoolQ, PIQA and WinoGrande, acc_norm of
/// HellaSwag, ARC-e and ARC-c.
inline constexpr const char* kPaperAverage = "average of 6 tasks";

/// All numbers of a run's result. Not finite ones are left out.
std::vector<Score> scoresOf(const RunRecord& run);
/// What a curve of this run is comparable with; as in scoresOf().
Score scoreOf(const RunRecord& run, const std::string& metric, double value);
/// Whether it tells how good a model is (perplexity, accuracy, KL), rather than what it costs.
bool isQuality(const std::string& metric);
bool isAccuracy(const std::string& metric);

} // namespace boolab
