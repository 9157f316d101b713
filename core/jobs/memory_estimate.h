// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"
#include "core/jobs/job.h"

namespace boolab
{

/// Bytes per part that a job will need, from the model's shape and the job's options alone.
struct MemoryEstimate {
    struct Part {
        std::string name; ///< "teacher weights", "activations", …
        std::int64_t bytes = 0;
    };
    std::vector<Part> parts;
    std::int64_t diskBytes = 0; ///< what the output will take
    std::int64_t totalBytes() const;
};

MemoryEstimate estimateMemory(const ModelConfig& config, const Job& job);

} // namespace boolab
