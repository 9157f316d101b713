// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/decoder.h"

#include "core/tokenizer/byte_alphabet.h"
#include "core/tokenizer/metaspace.h"
#include "core/tokenizer/tokenizer_errors.h"
#include "core/tokenizer/utf8.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

namespace boolab
{

namespace
{

/// The byte of a "<0xXX>" token.
std::optional<char> fallbackByte(std::string_view token)
{
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, value, 16);
    if (error != std::errc() || end != token.data() + 5) return std::nullopt;
    return static_cast<char>(value);
}

std::string replacedAll(std::string text, const std::string& from, const std::string& to)
{
    if (from.empty()) return text;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

void flushBytes(std::string& bytes, std::string& text)
{
    if (isValidUtf8(bytes))
        text += bytes;
    else
        for (std::size_t i = 0; i < bytes.size(); ++i)
            text += "\xEF\xBF\xBD";
    bytes.clear();
}

} // namespace

Result<Decoder> Decoder::fromJson(const nlohmann::json& json, const std::string& origin)
{
    Decoder decoder;
    if (auto status = decoder.append(json, origin); !status) return std::unexpected(status.error());
    return decoder;
}

Status Decoder::append(const nlohmann::json& json, const std::string& origin)
{
    if (json.is_null()) return {};
    m_empty = false;
    const auto type = componentType(json);
    if (type == "ByteLevel") {
        m_tokenSteps.emplace_back([](std::string token) { return fromByteAlphabet(token).value_or(token); });
    } else if (type == "Sequence") {
        for (const auto& step : json.value("decoders", nlohmann::json::array()))
            if (auto status = append(step, origin); !status) return status;
    } else if (type == "Replace" && json.contains("pattern") && json["pattern"].contains("String")) {
        m_tokenSteps.emplace_back([from = json["pattern"]["String"].get<std::string>(),
                                   to = json.value("content", std::string())](std::string token) {
            return replacedAll(std::move(token), from, to);
        });
    } else if (type == "Metaspace") {
        const std::string replacement = json.value("replacement", std::string(kMetaspace));
        m_tokenSteps.emplace_back(
            [replacement](std::string token) { return replacedAll(std::move(token), replacement, " "); });
        const auto prefixed = json.value("add_prefix_space", true) ? "always" : "never";
        if (json.value("prepend_scheme", prefixed) != "never") m_droppedFirst = replacement;
    } else if (type == "ByteFallback") {
        m_byteFallback = true;
    } else if (type == "Strip") {
        return appendStrip(json);
    } else if (type != "Fuse") {
        return unsupportedComponent(origin, "decoder", type);
    }
    return {};
}

Status Decoder::appendStrip(const nlohmann::json& json)
{
    m_stripContent = json.value("content", std::string());
    m_stripCount = json.value("start", std::size_t{0});
    return {};
}

std::string Decoder::decode(const std::vector<std::string>& tokens) const
{
    std::string text, bytes;
    for (const auto& token : tokens) {
        if (m_byteFallback)
            if (const auto byte = fallbackByte(token)) {
                bytes += *byte;
                continue;
            }
        flushBytes(bytes, text);
        if (m_empty && &token != &tokens.front()) text += ' ';
        const bool drops = !m_droppedFirst.empty() && &token == &tokens.front();
        text += m_empty ? token : tokenBytes(drops ? replacedAll(token, m_droppedFirst, "") : token);
    }
    flushBytes(bytes, text);
    for (std::size_t i = 0; i < m_stripCount && !m_stripContent.empty() && text.starts_with(m_stripContent);
         ++i)
        text.erase(0, m_stripContent.size());
    return isValidUtf8(text) ? text : replaceInvalidUtf8(text);
}

std::string Decoder::tokenBytes(std::string token) const
{
    if (m_byteFallback)
        if (const auto byte = fallbackByte(token)) return std::string(1, *byte);
    for (const auto& step : m_tokenSteps)
        token = step(std::move(token));
    return token;
}

} // namespace boolab
