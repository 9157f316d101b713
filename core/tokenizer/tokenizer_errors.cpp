// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/tokenizer_errors.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

std::string componentType(const nlohmann::json& json)
{
    if (!json.is_object()) return "?";
    const auto type = json.find("type");
    return type != json.end() && type->is_string() ? type->get<std::string>() : "?";
}

std::unexpected<Error> unsupportedComponent(const std::string& origin, const std::string& place,
                                            const std::string& type)
{
    return fail(
        ErrorCode::Unsupported, fmt::format("{}: the {} {} is not supported", origin, place, type),
        "Boolab reads BPE tokenizers, byte-level (GPT-2, Llama-3, Qwen, SmolLM) or with byte fallback.");
}

std::unexpected<Error> brokenTokenizer(const std::string& origin, const std::string& what)
{
    return fail(ErrorCode::BadInput, fmt::format("{}: {}", origin, what),
                "Download the tokenizer again, or save it anew with save_pretrained().");
}

Result<Regex> patternFromJson(const nlohmann::json& component, const std::string& origin)
{
    const auto pattern = component.find("pattern");
    if (pattern != component.end() && pattern->is_object() && pattern->size() == 1 &&
        pattern->begin()->is_string()) {
        const auto text = pattern->begin()->get<std::string>();
        if (pattern->begin().key() == "Regex") return Regex::compile(text, origin);
        if (pattern->begin().key() == "String") return Regex::literal(text, origin);
    }
    return brokenTokenizer(
        origin, fmt::format("the {} has no pattern, expected {{\"Regex\": …}} or {{\"String\": …}}",
                            componentType(component)));
}

} // namespace boolab
