// SPDX-License-Identifier: Apache-2.0
// Hand-made values for the tests of this folder.
#pragma once

#include "core/store/records.h"

namespace boolab::test
{

inline RunRecord sampleRun(RunId id, const std::string& kind, const std::string& name, RunState state)
{
    RunRecord run;
    run.id = id;
    run.kind = kind;
    run.name = name;
    run.project = "smollm2-135m";
    run.state = state;
    run.device = "cpu";
    run.pid = 4711;
    run.createdAt = 1'750'000'000 + 100.0 * static_cast<double>(id);
    run.startedAt = run.createdAt + 1;
    run.heartbeatAt = run.startedAt + 75;
    run.totalSteps = 200;
    run.step = 50;
    run.job = {{"kind", kind}, {"model", "models/a.gguf"}};
    return run;
}

inline std::vector<RunRecord> sampleRuns()
{
    auto tuned = sampleRun(3, "finetune", "second try", RunState::Running);
    auto failed = sampleRun(2, "finetune", "first try", RunState::Failed);
    failed.message = "out of memory";
    auto converted = sampleRun(1, "convert", "three kernels", RunState::Done);
    converted.step = converted.totalSteps = 210;
    converted.endedAt = converted.startedAt + 3700;
    converted.result = {{"bits_per_weight", 3.0421},
                        {"bits_per_weight_all", 5.87},
                        {"file_bytes", 98'600'000},
                        {"relative_error", 0.31}};
    auto measured = sampleRun(4, "evaluate", "after", RunState::Done);
    measured.result = {{"perplexity", 40.23}, {"loss", 3.69}};
    measured.project = "other";
    return {measured, tuned, failed, converted};
}

} // namespace boolab::test
