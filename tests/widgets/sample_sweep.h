// SPDX-License-Identifier: Apache-2.0
// A sweep and the runs below it, by hand.
#pragma once

#include "tests/widgets/sample_runs.h"

namespace boolab::test
{

inline nlohmann::json pointJson(const char* method, double bits, double perplexity, RunId convertRun)
{
    return {{"method", method},
            {"bits", bits},
            {"kernels", bits},
            {"bits_per_weight", bits + 0.25},
            {"scale_bits", 0.25},
            {"bits_per_weight_all", bits + 2},
            {"file_bytes", 1e7 * (bits + 2)},
            {"perplexity", perplexity},
            {"ratio", perplexity / 20},
            {"relative_error", 0.25},
            {"model", "/sweep/x"},
            {"convert_run", convertRun},
            {"evaluate_run", convertRun + 1}};
}

/// svid and refined at 2 and 3 bits: both of svid are gathered, refined 2 is being measured, refined 3 waits.
inline RunRecord sampleSweep(RunState state = RunState::Running)
{
    RunRecord sweep = sampleRun(20, "sweep", "grid", state);
    sweep.job = {{"kind", "sweep"},           {"model", "/m"}, {"output", "/sweep"}, {"perplexity", "/t.txt"},
                 {"methods", "svid,refined"}, {"bits", "2,3"}};
    sweep.result = {{"reference",
                     {{"method", "full precision"},
                      {"perplexity", 20.0},
                      {"file_bytes", 2.7e8},
                      {"bits_per_weight", 16.0},
                      {"bits_per_weight_all", 16.0},
                      {"evaluate_run", 21}}},
                    {"points", {pointJson("svid", 2, 4000, 22), pointJson("svid", 3, 400, 24)}}};
    sweep.step = 2;
    sweep.totalSteps = 4;
    return sweep;
}

inline RunRecord partOf(const RunRecord& sweep, RunId id, const char* kind, const char* key, const char* path,
                        RunState state)
{
    RunRecord run = sampleRun(id, kind, "part", state);
    run.parent = sweep.id;
    run.job = {{"kind", kind}, {key, path}};
    return run;
}

inline std::vector<RunRecord> sampleSweepRuns(const RunRecord& sweep)
{
    auto measuring = partOf(sweep, 27, "evaluate", "model", "/sweep/refined-2", RunState::Running);
    measuring.step = 3;
    measuring.totalSteps = 8;
    return {measuring, partOf(sweep, 26, "convert", "output", "/sweep/refined-2", RunState::Done), sweep};
}

} // namespace boolab::test
