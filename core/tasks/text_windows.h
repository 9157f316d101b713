// SPDX-License-Identifier: Apache-2.0
// How a long text is cut for a model of limited context, where every token but the first is predicted once.
#pragma once

#include "core/tasks/continuation_tokens.h"

namespace boolab
{

/// Hugging Face's sliding window: windows of `length` tokens begin every `stride` tokens, and each predicts
/// those that the one before has not reached. Needs 0 < stride <= length, at least two tokens.
std::vector<ContinuationTokens> stridedWindows(std::span<const std::int32_t> ids, std::int64_t length,
                                               std::int64_t stride);

/// The harness' rolling windows (lm_eval.utils.get_rolling_token_windows, context of one token): `prefix`
/// stands before the first token, windows do not overlap, the last one reaches back to be as long as the
/// others.
std::vector<ContinuationTokens> rollingWindows(std::span<const std::int32_t> ids, std::int32_t prefix,
                                               std::int64_t length);

} // namespace boolab
