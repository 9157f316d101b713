// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tasks/zero_shot_tasks.h"
#include "core/tokenizer/tokenizer.h"

namespace boolab
{

/// A request as a model reads it: behind the last `targets.size()` of the input tokens come the targets, one
/// behind each.
struct ContinuationTokens {
    std::vector<std::int32_t> input, targets;
};

/// As lm-evaluation-harness' HFLM encodes a pair: spaces at the context's end go to the continuation, the
/// whole is encoded at once and cut behind the context's tokens, and of what is longer than `maxLength` the
/// end is read. `addBos`: the tokenizer's special tokens come first, where it has any. An empty context is
/// the BOS, else the EOS token. BadInput where nothing is left to predict, or no context.
Result<ContinuationTokens> continuationTokens(const TaskRequest& request, const Tokenizer& tokenizer,
                                              bool addBos, std::int64_t maxLength);

} // namespace boolab
