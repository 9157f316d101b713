// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job_observer.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace boolab
{

struct MatrixShape {
    std::int64_t outFeatures = 0, inFeatures = 0;
};

struct BenchOpConfig {
    std::vector<MatrixShape> shapes; ///< empty: SmolLM2-135M's layers, one in cache, one of 64 MiB
    std::int64_t kernels = 1;
    std::vector<std::string> isas; ///< "auto" is the one that ops run on; empty: all of this machine
    std::vector<std::int64_t> tokens{1};
    double seconds = 0.3; ///< per figure; the best call counts
};

/// Times bool_gemm on random bits: every chosen instruction set, one thread and all, beside the same
/// product of a dense float32 weight (LibTorch's or ours, whichever is faster) and the speed at which memory
/// can be read. Each shape is first compared with the scalar reference (bits) and float64; Internal where it
/// differs, Usage where an instruction set is not supported, OutOfMemory before a shape that needs more than
/// is available.
/// {"memory_bytes_per_second", "cache_bytes", "figures": [{"out", "in", "isa", "threads", "tokens",
/// "weights_per_second", "in_cache" (memory's speed is then no limit), …}]}.
Result<nlohmann::json> benchOp(const BenchOpConfig& config, JobObserver& observer);

} // namespace boolab
