// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/post_processor.h"

#include "core/tokenizer/tokenizer_errors.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

/// The ids that a template's special token `name` stands for.
Result<std::vector<std::int32_t>> specialIds(const nlohmann::json& json, const std::string& name,
                                             const std::string& origin)
{
    try {
        return json.at("special_tokens").at(name).at("ids").get<std::vector<std::int32_t>>();
    } catch (const nlohmann::json::exception&) {
        return brokenTokenizer(origin, fmt::format("post_processor.special_tokens has no ids for {}", name));
    }
}

} // namespace

Result<PostProcessor> PostProcessor::fromJson(const nlohmann::json& json, const std::string& origin)
{
    PostProcessor processor;
    if (auto status = processor.append(json, origin); !status) return std::unexpected(status.error());
    return processor;
}

Status PostProcessor::append(const nlohmann::json& json, const std::string& origin)
{
    if (json.is_null()) return {};
    const auto type = componentType(json);
    if (type == "ByteLevel") return {}; // trims offsets, which Boolab does not keep
    if (type == "TemplateProcessing") return appendTemplate(json, origin);
    if (type == "RobertaProcessing" || type == "BertProcessing") return appendPair(json, origin);
    if (type != "Sequence") return unsupportedComponent(origin, "post_processor", type);
    for (const auto& step : json.value("processors", nlohmann::json::array()))
        if (auto status = append(step, origin); !status) return status;
    return {};
}

Status PostProcessor::appendTemplate(const nlohmann::json& json, const std::string& origin)
{
    std::vector<std::int32_t> before, behind;
    bool seen = false;
    for (const auto& piece : json.value("single", nlohmann::json::array())) {
        if (piece.is_object() && piece.contains("Sequence")) {
            if (seen)
                return unsupportedComponent(origin, "post_processor",
                                            "TemplateProcessing with a repeated text");
            seen = true;
            continue;
        }
        if (!piece.is_object() || !piece.contains("SpecialToken"))
            return brokenTokenizer(origin, fmt::format("post_processor.single has {}", piece.dump()));
        const auto ids = specialIds(json, piece["SpecialToken"].value("id", std::string()), origin);
        if (!ids) return std::unexpected(ids.error());
        auto& side = seen ? behind : before;
        side.insert(side.end(), ids->begin(), ids->end());
    }
    m_prefix.insert(m_prefix.begin(), before.begin(), before.end());
    m_suffix.insert(m_suffix.end(), behind.begin(), behind.end());
    return {};
}

Status PostProcessor::appendPair(const nlohmann::json& json, const std::string& origin)
{
    try {
        m_prefix.insert(m_prefix.begin(), json.at("cls").at(1).get<std::int32_t>());
        m_suffix.push_back(json.at("sep").at(1).get<std::int32_t>());
        return {};
    } catch (const nlohmann::json::exception&) {
        return brokenTokenizer(origin, fmt::format("{} lacks its cls and sep tokens", componentType(json)));
    }
}

} // namespace boolab
