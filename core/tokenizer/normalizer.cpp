// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/normalizer.h"

#include "core/tokenizer/regex.h"
#include "core/tokenizer/tokenizer_errors.h"
#include "core/tokenizer/utf8.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>

namespace boolab
{

namespace
{

const icu::Normalizer2* icuForm(const std::string& type)
{
    UErrorCode status = U_ZERO_ERROR;
    if (type == "NFC") return icu::Normalizer2::getNFCInstance(status);
    if (type == "NFD") return icu::Normalizer2::getNFDInstance(status);
    if (type == "NFKC") return icu::Normalizer2::getNFKCInstance(status);
    if (type == "NFKD") return icu::Normalizer2::getNFKDInstance(status);
    return nullptr;
}

std::string normalized(const icu::Normalizer2& form, std::string text)
{
    UErrorCode status = U_ZERO_ERROR;
    if (isAscii(text) || form.isNormalizedUTF8(text, status)) return text;
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    status = U_ZERO_ERROR;
    form.normalizeUTF8(0, text, sink, nullptr, status);
    return U_SUCCESS(status) ? result : text;
}

/// Each code point by itself, so that a final sigma stays an ordinary one, as in `tokenizers`.
std::string lowercased(const std::string& text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const auto start = i;
        nextCodePoint(text, i);
        UErrorCode status = U_ZERO_ERROR;
        icu::StringByteSink<std::string> sink(&result);
        icu::CaseMap::utf8ToLower("", 0, icu::StringPiece(text.data() + start, static_cast<int>(i - start)),
                                  sink, nullptr, status);
    }
    return result;
}

std::string replaced(const Regex& pattern, const std::string& content, const std::string& text)
{
    std::string result;
    std::size_t done = 0;
    for (std::size_t from = 0; from <= text.size();) {
        const auto match = pattern.find(text, from);
        if (!match) break;
        result.append(text, done, match->begin - done).append(content);
        done = from = match->end;
        if (match->begin == match->end && (from == text.size() || !nextCodePoint(text, from))) break;
    }
    return result.append(text, done);
}

} // namespace

Status Normalizer::append(const nlohmann::json& json, const std::string& origin)
{
    if (json.is_null()) return {};
    const auto type = componentType(json);
    if (const auto* form = icuForm(type)) {
        m_steps.emplace_back([form](std::string text) { return normalized(*form, std::move(text)); });
    } else if (type == "Sequence") {
        for (const auto& step : json.value("normalizers", nlohmann::json::array()))
            if (auto status = append(step, origin); !status) return status;
    } else if (type == "Lowercase") {
        m_steps.emplace_back([](std::string text) { return lowercased(text); });
    } else if (type == "Prepend") {
        m_steps.emplace_back([prefix = json.value("prepend", std::string())](std::string text) {
            return text.empty() ? text : prefix + text;
        });
    } else if (type == "Replace") {
        auto pattern = patternFromJson(json, origin);
        if (!pattern) return std::unexpected(pattern.error());
        m_steps.emplace_back([pattern = *pattern, content = json.value("content", std::string())](
                                 std::string text) { return replaced(pattern, content, text); });
    } else {
        return unsupportedComponent(origin, "normalizer", type);
    }
    return {};
}

Result<Normalizer> Normalizer::fromJson(const nlohmann::json& json, const std::string& origin)
{
    Normalizer normalizer;
    if (auto status = normalizer.append(json, origin); !status) return std::unexpected(status.error());
    return normalizer;
}

std::string Normalizer::apply(std::string_view text) const
{
    std::string result(text);
    for (const auto& step : m_steps)
        result = step(std::move(result));
    return result;
}

} // namespace boolab
