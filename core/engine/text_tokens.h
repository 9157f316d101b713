// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace boolab
{

/// Token ids of a text file, tokenised whole without special tokens, its line ends read as \n; of a .jsonl
/// the "text" of every line, each ended by the end-of-text token where the tokenizer has one. Errors name the
/// file and the line.
Result<std::vector<std::int32_t>> readTextTokens(const std::filesystem::path& path,
                                                 const Tokenizer& tokenizer);

} // namespace boolab
