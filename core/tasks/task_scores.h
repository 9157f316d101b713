// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tasks/zero_shot_tasks.h"

#include <optional>
#include <span>

namespace boolab
{

/// What a model says of one request.
struct ContinuationScore {
    double logLikelihood = 0; ///< nats, of all tokens of the continuation
    bool isGreedy = false;    ///< each of them is the model's first choice
};

/// Of one question.
struct DocumentScore {
    double acc = 0;
    std::optional<double> accNorm, accBytes; ///< by log-likelihood per character and per byte of UTF-8
    std::optional<double> logLikelihood;     ///< of a cloze task
};

/// lm_eval/api/task.py, process_results: the first of the highest wins.
DocumentScore scoreDocument(const ZeroShotTask& task, const TaskDocument& document,
                            std::span<const ContinuationScore> scores);

/// A mean with its standard error, sd_{n-1} / sqrt(n); none for a single value.
struct MeanScore {
    double mean = 0;
    std::optional<double> standardError;
};
MeanScore meanOf(std::span<const double> values);

/// The harness' names in its order: "acc", "acc_norm", "acc_bytes"; of a cloze task "perplexity", "acc".
std::vector<std::string> metricsOf(const ZeroShotTask& task);
bool isHigherBetter(const std::string& metric);

/// Of a whole task under the harness' names: {"name", "alias", "acc,none", "acc_stderr,none",
/// "acc_norm,none", …, "perplexity,none"}. The perplexity's standard error, which the harness draws at
/// random, is "N/A".
nlohmann::json taskResult(const ZeroShotTask& task, std::span<const DocumentScore> scores);

} // namespace boolab
