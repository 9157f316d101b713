// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_observer.h"
#include "core/runtime/decoder.h"

#include <nlohmann/json.hpp>

namespace boolab
{

struct BenchDecodeConfig {
    std::string model;
    DecoderOptions options;
    std::int64_t promptTokens = 512, newTokens = 64;
    std::vector<std::int64_t> sequences{1}; ///< generated together
    int repeat = 3;                         ///< the best of so many counts
};

/// Times a decoder on one text of pseudo-random tokens: loading, the first token, the prompt, and new tokens
/// for one and for several sequences together. Greedy; the logits of a step are first compared with those of
/// the same tokens read as a prompt, bit for bit (Internal where they differ; BadInput where the model
/// computes NaN). OutOfMemory.
/// {"load_seconds", "weight_bytes" (held), "bytes_read_per_token" (weights that a step reads),
/// "prompt_tokens_per_second", "memory_bytes_per_second", "decode": [{"sequences", "tokens_per_second",
/// "bytes_per_second" (of weights)}]}.
Result<nlohmann::json> benchDecode(const BenchDecodeConfig& config, JobObserver& observer);

} // namespace boolab
