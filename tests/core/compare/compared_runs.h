// SPDX-License-Identifier: Apache-2.0
// Hand-made runs for the tests of this folder.
#pragma once

#include "core/compare/comparison.h"

namespace boolab::test
{

inline RunRecord runOf(RunId id, const std::string& kind, const std::string& name, nlohmann::json job,
                       nlohmann::json result)
{
    RunRecord run;
    run.id = id;
    run.kind = kind;
    run.name = name;
    run.project = "p";
    run.device = "cpu";
    run.state = RunState::Done;
    run.createdAt = run.startedAt = 1000.0 * static_cast<double>(id);
    run.endedAt = run.startedAt + 500;
    job["kind"] = kind;
    run.job = std::move(job);
    run.result = std::move(result);
    return run;
}

inline ComparedRun comparedOf(RunRecord run)
{
    ComparedRun one;
    one.run = std::move(run);
    return one;
}

/// An evaluation of `model` on the first `windows` windows of `text`.
inline RunRecord evaluationOf(RunId id, const std::string& model, double perplexity, double bits,
                              const std::string& text = "/data/wiki.txt", int windows = 8)
{
    nlohmann::json result = {
        {"perplexity", perplexity}, {"protocol", "gptq-2048: no BOS, non-overlapping windows, tail dropped"},
        {"windows", windows},       {"tokens", 2048 * windows},
        {"bits_per_weight", bits},  {"bits_per_weight_all", bits + 3},
        {"file_bytes", 40e6 * bits}};
    if (bits < 16) result["max_kernels"] = static_cast<int>(bits);
    return runOf(id, "evaluate", "evaluate " + std::to_string(id),
                 {{"model", model}, {"perplexity", text}, {"windows", windows}}, result);
}

} // namespace boolab::test
