// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "core/store/records.h"

#include <optional>
#include <string>
#include <vector>

namespace boolab::cli
{

/// A job of a project that has been played.
struct PlayedJob {
    Job job;
    nlohmann::json result;
    std::optional<RunId> run;
    double seconds = 0;
};

/// What became of each model of a project: {"model": "converted", "path": …, "kernels": …, "bits_per_weight":
/// …, "bits_per_weight_all": …, "file_bytes": …, "perplexity": …, "protocol": …}, in order of appearance;
/// keys that no result gave are left out.
nlohmann::json modelSummaries(const std::vector<PlayedJob>& jobs);
/// Both tables that end a project: models, and time per job.
std::string summaryText(const std::vector<PlayedJob>& jobs);

} // namespace boolab::cli
