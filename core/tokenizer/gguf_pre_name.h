// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace boolab
{

/// The tokenizer.ggml.pre that splits text as this tokenizer.json does; nothing where llama.cpp has no name
/// for its pre-tokenizer, normalizer and use of merges. The inverse of ggufPreTokenizer().
std::optional<std::string> ggufPreName(const nlohmann::json& tokenizer);

} // namespace boolab
