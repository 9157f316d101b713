// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/tokenizer.h"

namespace boolab
{

/// What stands before a text of which nothing is known yet: BOS, else EOS; nothing where there is neither.
std::optional<std::int32_t> firstToken(const Tokenizer& tokenizer);

} // namespace boolab
