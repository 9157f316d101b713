// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/added_tokens.h"

#include "core/tokenizer/tokenizer_errors.h"
#include "core/tokenizer/utf8.h"

#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

/// Where the code point before `position` begins.
std::size_t previousStart(std::string_view text, std::size_t position)
{
    do
        --position;
    while (position > 0 && (text[position] & 0xC0) == 0x80);
    return position;
}

char32_t codePointAt(std::string_view text, std::size_t position)
{
    return nextCodePoint(text, position);
}

bool standsAlone(std::string_view text, TextRange range)
{
    if (range.begin > 0 && isWordCharacter(codePointAt(text, previousStart(text, range.begin)))) return false;
    return range.end == text.size() || !isWordCharacter(codePointAt(text, range.end));
}

std::size_t skipSpaceBackward(std::string_view text, std::size_t position, std::size_t limit)
{
    while (position > limit) {
        const auto start = previousStart(text, position);
        if (start < limit || !isWhiteSpace(codePointAt(text, start))) break;
        position = start;
    }
    return position;
}

std::size_t skipSpaceForward(std::string_view text, std::size_t position)
{
    while (position < text.size()) {
        auto next = position;
        if (!isWhiteSpace(nextCodePoint(text, next))) break;
        position = next;
    }
    return position;
}

Result<AddedToken> readToken(const nlohmann::json& json, const TokenIds& vocabulary,
                             const std::string& origin)
{
    const auto refuse = [&] {
        return brokenTokenizer(origin,
                               fmt::format("added_tokens has {}, expected an id and a content", json.dump()));
    };
    if (!json.is_object() || !json.contains("content") || !json["content"].is_string()) return refuse();
    AddedToken token;
    token.content = json["content"].get<std::string>();
    if (const auto known = vocabulary.find(token.content); known != vocabulary.end()) {
        token.id = known->second;
    } else {
        const auto id = json.find("id");
        if (id == json.end() || !id->is_number_integer()) return refuse();
        const auto value = id->get<std::int64_t>();
        if (value < 0 || value > std::numeric_limits<std::int32_t>::max()) return refuse();
        token.id = static_cast<std::int32_t>(value);
    }
    const auto flag = [&](const char* key, bool otherwise) {
        const auto value = json.find(key);
        return value != json.end() && value->is_boolean() ? value->get<bool>() : otherwise;
    };
    token.special = flag("special", false);
    token.singleWord = flag("single_word", false);
    token.lstrip = flag("lstrip", false);
    token.rstrip = flag("rstrip", false);
    token.normalized = flag("normalized", !token.special);
    return token;
}

} // namespace

void TokenMatcher::add(std::string_view content, const AddedToken* token)
{
    if (content.empty()) return;
    m_starts[static_cast<unsigned char>(content[0])] = true;
    std::size_t node = 0;
    for (const char c : content) {
        const auto [child, isNew] = m_nodes[node].children.try_emplace(c, m_nodes.size());
        node = child->second;
        if (isNew) m_nodes.emplace_back();
    }
    m_nodes[node].token = token;
}

std::size_t TokenMatcher::longestMatch(std::string_view text, std::size_t from,
                                       const AddedToken*& token) const
{
    std::size_t node = 0, end = from;
    for (std::size_t i = from; i < text.size(); ++i) {
        const auto child = m_nodes[node].children.find(text[i]);
        if (child == m_nodes[node].children.end()) break;
        node = child->second;
        if (!m_nodes[node].token) continue;
        token = m_nodes[node].token;
        end = i + 1;
    }
    return end;
}

void TokenMatcher::split(std::string_view text,
                         const std::function<void(TextRange, const AddedToken*)>& part) const
{
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size();) {
        const AddedToken* token = nullptr;
        const auto end = m_starts[static_cast<unsigned char>(text[i])] ? longestMatch(text, i, token) : i;
        if (!token) {
            ++i;
            continue;
        }
        TextRange range{i, end};
        i = end;
        if (token->singleWord && !standsAlone(text, range)) continue;
        if (token->lstrip) range.begin = skipSpaceBackward(text, range.begin, done);
        if (token->rstrip) range.end = skipSpaceForward(text, range.end);
        if (done < range.begin) part({done, range.begin}, nullptr);
        part(range, token);
        done = range.end;
    }
    if (done < text.size()) part({done, text.size()}, nullptr);
}

Result<AddedTokens> AddedTokens::fromJson(const nlohmann::json& json, const TokenIds& vocabulary,
                                          const Normalizer& normalizer, const std::string& origin)
{
    AddedTokens added;
    if (json.is_null()) return added;
    if (!json.is_array()) return brokenTokenizer(origin, "added_tokens is not a list");
    for (const auto& entry : json) {
        auto token = readToken(entry, vocabulary, origin);
        if (!token) return std::unexpected(token.error());
        const auto* kept = added.m_tokens.emplace_back(std::make_unique<AddedToken>(std::move(*token))).get();
        if (kept->normalized)
            added.m_normalized.add(normalizer.apply(kept->content), kept);
        else
            added.m_raw.add(kept->content, kept);
    }
    return added;
}

} // namespace boolab
