// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job_observer.h"
#include "core/model/llama_model.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <vector>

namespace boolab
{

struct SelfDataConfig {
    std::int64_t tokens = 65536;
    std::int64_t sequenceLength = 512;
    std::int64_t batch = 16;
    double temperature = 1.0;
    std::uint64_t seed = 0;
};

/// Text that the teacher writes itself (LLM-QAT, arXiv 2305.17888): sequences sampled from its start token.
/// Cached on disk by teacher and settings, so a second run starts at once.
Result<std::vector<std::int32_t>> selfData(const ModelFiles& teacherFiles, LlamaModel& teacher,
                                           const Tokenizer& tokenizer, const SelfDataConfig& config,
                                           JobObserver& observer);

} // namespace boolab
