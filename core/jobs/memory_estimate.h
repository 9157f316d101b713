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

/// `config` is the model's, for finetune the student's (its K; 3 where it is dense).
MemoryEstimate estimateMemory(const ModelConfig& config, const Job& job);

/// What the machine has; -1 where it is not known, as of a GPU's memory.
struct Resources {
    std::int64_t memoryBytes = -1;
    std::int64_t diskBytes = -1; ///< where the job's output goes
};
Resources availableResources(const Job& job);

/// OutOfMemory or OutOfDisk, with what is needed and what would fit, where the job cannot be expected to end
/// well. Always fine with the job's `force`.
Status checkResources(const Job& job, const ModelConfig& config, const Resources& resources);

} // namespace boolab
