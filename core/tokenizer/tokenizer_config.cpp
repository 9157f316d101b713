// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/tokenizer_config.h"

#include "core/base/mapped_file.h"
#include "core/tokenizer/tokenizer_errors.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr std::size_t kConfigLimit = std::size_t{64} << 20;

using Json = nlohmann::ordered_json;

/// An empty object where the file is absent.
Result<Json> readJsonIfThere(const std::filesystem::path& path)
{
    std::error_code code;
    if (!std::filesystem::exists(path, code)) return Json::object();
    const auto text = readTextFile(path, kConfigLimit);
    if (!text) return std::unexpected(text.error());
    try {
        auto json = Json::parse(*text);
        if (json.is_object()) return json;
        return brokenTokenizer(path.string(), "is no JSON object");
    } catch (const Json::exception& exception) {
        return brokenTokenizer(path.string(), fmt::format("is not valid JSON: {}", exception.what()));
    }
}

/// A token as text, or as {"content": text, …}.
std::string tokenContent(const Json& value)
{
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_object()) return {};
    const auto content = value.find("content");
    return content != value.end() && content->is_string() ? content->get<std::string>() : std::string();
}

/// One template, or the one named "default" of a list.
std::string templateText(const Json& json)
{
    const auto value = json.find("chat_template");
    if (value == json.end()) return {};
    if (value->is_string()) return value->get<std::string>();
    if (!value->is_array()) return {};
    for (const auto& entry : *value)
        if (entry.is_object() && entry.value("name", Json()) == "default" && entry.contains("template") &&
            entry["template"].is_string())
            return entry["template"].get<std::string>();
    return {};
}

void takeSpecialTokens(const Json& json, std::map<std::string, std::string>& tokens)
{
    for (const auto* key :
         {"bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"})
        if (json.contains(key))
            if (auto content = tokenContent(json[key]); !content.empty()) tokens[key] = std::move(content);
}

std::vector<std::int64_t> endIds(const Json& generation)
{
    std::vector<std::int64_t> ids;
    const auto value = generation.value("eos_token_id", Json());
    if (value.is_number_integer()) ids.push_back(value.get<std::int64_t>());
    if (value.is_array())
        for (const auto& id : value)
            if (id.is_number_integer()) ids.push_back(id.get<std::int64_t>());
    return ids;
}

} // namespace

TokenizerConfig TokenizerConfig::fromJson(const Json& json)
{
    TokenizerConfig config;
    takeSpecialTokens(json, config.specialTokens);
    config.chatTemplate = templateText(json);
    // Text from a GGUF may be invalid UTF-8, which JSON cannot hold.
    config.text = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    return config;
}

Result<TokenizerConfig> TokenizerConfig::fromFolder(const std::filesystem::path& folder)
{
    auto json = readJsonIfThere(folder / "tokenizer_config.json");
    if (!json) return std::unexpected(json.error());
    const auto map = readJsonIfThere(folder / "special_tokens_map.json");
    if (!map) return std::unexpected(map.error());
    const auto generation = readJsonIfThere(folder / "generation_config.json");
    if (!generation) return std::unexpected(generation.error());

    const auto templatePath = folder / "chat_template.jinja";
    std::error_code code;
    if (std::filesystem::exists(templatePath, code)) {
        auto text = readTextFile(templatePath, kConfigLimit);
        if (!text) return std::unexpected(text.error());
        (*json)["chat_template"] = std::move(*text);
    }
    auto config = fromJson(*json);
    std::map<std::string, std::string> tokens;
    takeSpecialTokens(*map, tokens);
    config.specialTokens.merge(tokens);
    config.eosIds = endIds(*generation);
    return config;
}

} // namespace boolab
