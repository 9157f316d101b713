// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job_observer.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace boolab
{

struct BenchFinetuneConfig {
    std::string student, teacher, data;
    std::int64_t sequenceLength = 512, batch = 1;
    std::int64_t steps = 3; ///< timed ones per process, after one that warms up; the best counts
    int rounds = 2;         ///< processes per variant, in turn
    std::string dtype = "auto";
    bool checkpointing = false;
    int threads = 0;
    std::string python; ///< an interpreter with torch, transformers and safetensors; empty: not compared
};

/// The same distillation steps by every variant, each in a process of its own, in turn: "native" (the default
/// rule), "latent" (the latent-weight baseline), "pytorch" (packaging/python/bench_distillation.py). The
/// losses of the first step must agree, Internal else. {"variants": [{"name", "tokens_per_second",
/// "peak_memory_bytes", "beyond_teacher_bytes", "loss", …}], "gemm_flops": {…}, "step_flops", …}.
Result<nlohmann::json> benchFinetune(const BenchFinetuneConfig& config, JobObserver& observer);

/// What the child processes of benchFinetune() do: the steps of one rule ("noise", "latent") in this process.
Result<nlohmann::json> measureTraining(const BenchFinetuneConfig& config, const std::string& rule,
                                       JobObserver& observer);

} // namespace boolab
