// SPDX-License-Identifier: Apache-2.0
// Results in lm-evaluation-harness' files, so that what reads those reads ours.
#pragma once

#include "core/tasks/evaluated_task.h"

#include <filesystem>

namespace boolab
{

struct TaskReportFacts {
    std::string modelName;             ///< the path it was named by
    nlohmann::json config;             ///< "config" of the harness' file
    nlohmann::json about;              ///< its top-level fields about tokenizer and machine
    nlohmann::json protocol;           ///< ours: how the scores came about
    double startedAt = 0, endedAt = 0; ///< Unix seconds
};

/// {"results", "n-samples", "versions", "n-shot", "higher_is_better", "configs"} of these tasks.
nlohmann::json taskReport(std::span<const EvaluatedTask> tasks);

/// Writes <folder>/<model>/results_<time>.json, and with `samples` a samples_<task>_<time>.jsonl for each
/// task; returns the first one's path.
Result<std::filesystem::path> writeTaskReport(const std::filesystem::path& folder,
                                              std::span<const EvaluatedTask> tasks,
                                              const TaskReportFacts& facts, bool samples);

} // namespace boolab
