// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job_observer.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace boolab
{

struct BenchConvertConfig {
    std::string model; ///< weights to convert; empty: random ones in the shapes of SmolLM2-135M
    std::int64_t kernels = 3;
    int rounds = 12;
    std::string device = "cpu"; ///< or cuda, cuda:N: then without gptq, and with the copies to and from it
    int repeat = 3;             ///< the best of so many counts, layer by layer
    std::int64_t blocks = 1;    ///< measured, spread evenly over the model; the time is scaled to all blocks
};

/// Times the ops of conversion over a model's linear layers: svid, refine, refine under column weights, and
/// gptq with the factorisation of its inputs. Each op is first compared with its scalar reference on a small
/// layer; Internal where it differs. {"ops": [{"op", "seconds", "ratio", …}], "layers", "threads", "isa", …}.
Result<nlohmann::json> benchConvert(const BenchConvertConfig& config, JobObserver& observer);

} // namespace boolab
