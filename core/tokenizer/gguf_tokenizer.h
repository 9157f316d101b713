// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/formats/gguf_file.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// A GGUF's tokenizer as the files of a Hugging Face folder.
struct GgufTokenizer {
    nlohmann::json tokenizer;      ///< tokenizer.json
    nlohmann::ordered_json config; ///< tokenizer_config.json
    std::vector<std::int64_t> eosIds;
};

Result<GgufTokenizer> tokenizerFromGguf(const GgufFile& file);

} // namespace boolab
