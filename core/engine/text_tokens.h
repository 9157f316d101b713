// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace boolab
{

/// A text file, its line ends read as \n, as one document; of a .jsonl the "text" of every line. Errors name
/// the file and the line, or the byte where it is no text.
Result<std::vector<std::string>> readDocuments(const std::filesystem::path& path);

/// Token ids of a text file, tokenised whole without special tokens; of the documents of a .jsonl
/// each is ended by the end-of-text token where the tokenizer has one. Errors name the
/// file and the line.
Result<std::vector<std::int32_t>> readTextTokens(const std::filesystem::path& path,
                                                 const Tokenizer& tokenizer);

} // namespace boolab
