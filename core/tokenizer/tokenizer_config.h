// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace boolab
{

/// What stands beside a tokenizer.json: tokenizer_config.json, special_tokens_map.json, chat_template.jinja
/// and the end tokens of generation_config.json. Every one of them may be absent.
struct TokenizerConfig {
    std::map<std::string, std::string> specialTokens; ///< "bos_token" -> "<s>"
    std::string chatTemplate;
    std::vector<std::int64_t> eosIds; ///< of generation_config.json
    std::string text = "{}\n";        ///< tokenizer_config.json, the chat template included

    static Result<TokenizerConfig> fromFolder(const std::filesystem::path& folder);
    static TokenizerConfig fromJson(const nlohmann::ordered_json& json);
};

} // namespace boolab
