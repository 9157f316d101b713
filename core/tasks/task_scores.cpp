// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/task_scores.h"

#include "core/tasks/python_text.h"

#include <cmath>
#include <numeric>

namespace boolab
{

namespace
{

/// Whether the right choice has the highest log-likelihood per length; the first of equals counts, as in
/// numpy.
template <class Length>
double firstBestIsGold(const TaskDocument& document, std::span<const ContinuationScore> scores,
                       const Length& lengthOf)
{
    std::size_t best = 0;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double value = scores[i].logLikelihood / lengthOf(i);
        if (std::isnan(value)) return best = i, best == document.gold ? 1 : 0; // argmax takes the first NaN
        if (value > highest) {
            highest = value;
            best = i;
        }
    }
    return best == document.gold ? 1 : 0;
}

void addMean(nlohmann::json& result, const char* name, std::span<const double> values)
{
    const MeanScore mean = meanOf(values);
    const std::string key = name;
    result[key + ",none"] = mean.mean;
    if (mean.standardError)
        result[key + "_stderr,none"] = *mean.standardError;
    else
        result[key + "_stderr,none"] = "N/A";
}

} // namespace

DocumentScore scoreDocument(const ZeroShotTask& task, const TaskDocument& document,
                            std::span<const ContinuationScore> scores)
{
    if (task.isCloze)
        return {.acc = scores[0].isGreedy ? 1.0 : 0.0,
                .accNorm = {},
                .accBytes = {},
                .logLikelihood = scores[0].logLikelihood};
    DocumentScore score{.acc = firstBestIsGold(document, scores, [](std::size_t) { return 1.0; }),
                        .accNorm = {},
                        .accBytes = {},
                        .logLikelihood = {}};
    if (!task.hasNormalised) return score;
    score.accNorm = firstBestIsGold(document, scores, [&](std::size_t i) {
        return static_cast<double>(python::length(document.choices[i]));
    });
    score.accBytes = firstBestIsGold(
        document, scores, [&](std::size_t i) { return static_cast<double>(document.choices[i].size()); });
    return score;
}

MeanScore meanOf(std::span<const double> values)
{
    const auto n = static_cast<double>(values.size());
    MeanScore score{.mean = std::accumulate(values.begin(), values.end(), 0.0) / n, .standardError = {}};
    if (values.size() < 2) return score;
    double squares = 0;
    for (const double value : values)
        squares += (value - score.mean) * (value - score.mean);
    score.standardError = std::sqrt(squares / (n - 1)) / std::sqrt(n);
    return score;
}

std::vector<std::string> metricsOf(const ZeroShotTask& task)
{
    if (task.isCloze) return {"perplexity", "acc"};
    if (task.hasNormalised) return {"acc", "acc_norm", "acc_bytes"};
    return {"acc"};
}

bool isHigherBetter(const std::string& metric)
{
    return metric != "perplexity";
}

nlohmann::json taskResult(const ZeroShotTask& task, std::span<const DocumentScore> scores)
{
    nlohmann::json result = {{"name", task.name}, {"alias", task.name}};
    const auto add = [&](const char* name, const auto& valueOf) {
        std::vector<double> values;
        for (const DocumentScore& score : scores)
            values.push_back(valueOf(score));
        addMean(result, name, values);
    };
    add("acc", [](const DocumentScore& score) { return score.acc; });
    if (task.hasNormalised) {
        add("acc_norm", [](const DocumentScore& score) { return *score.accNorm; });
        add("acc_bytes", [](const DocumentScore& score) { return *score.accBytes; });
    }
    if (task.isCloze) {
        std::vector<double> values;
        for (const DocumentScore& score : scores)
            values.push_back(*score.logLikelihood);
        result["perplexity,none"] = std::exp(-meanOf(values).mean);
        result["perplexity_stderr,none"] = "N/A";
    }
    return result;
}

} // namespace boolab
