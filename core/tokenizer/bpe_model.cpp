// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/bpe_model.h"

#include "core/tokenizer/byte_alphabet.h"
#include "core/tokenizer/tokenizer_errors.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

constexpr std::size_t kCachedWordLength = 256;
constexpr std::size_t kCachedWords = std::size_t{1} << 20;

/// A merge in either spelling: "a b" or ["a", "b"].
std::optional<std::pair<std::string, std::string>> mergeParts(const nlohmann::json& merge)
{
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
        return std::pair(merge[0].get<std::string>(), merge[1].get<std::string>());
    if (!merge.is_string()) return std::nullopt;
    const auto& text = merge.get_ref<const std::string&>();
    const auto space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) return std::nullopt;
    return std::pair(text.substr(0, space), text.substr(space + 1));
}

bool nonEmptyText(const nlohmann::json& json, const char* key)
{
    const auto value = json.find(key);
    return value != json.end() && value->is_string() && !value->get_ref<const std::string&>().empty();
}

bool flag(const nlohmann::json& json, const char* key)
{
    const auto value = json.find(key);
    return value != json.end() && value->is_boolean() && value->get<bool>();
}

} // namespace

Result<BpeModel> BpeModel::fromJson(const nlohmann::json& json, bool byteLevel, const std::string& origin)
{
    const auto type = componentType(json);
    // Old files leave the type out; what has merges is BPE.
    if (type != "BPE" && !(type == "?" && json.is_object() && json.contains("merges")))
        return unsupportedComponent(origin, "model", type);
    BpeModel model;
    model.m_byteLevel = byteLevel;
    for (const auto step : {&BpeModel::readVocabulary, &BpeModel::readMerges, &BpeModel::readOptions})
        if (auto status = (model.*step)(json, origin); !status) return std::unexpected(status.error());
    return model;
}

Status BpeModel::readVocabulary(const nlohmann::json& json, const std::string& origin)
{
    const auto vocabulary = json.find("vocab");
    if (vocabulary == json.end() || !vocabulary->is_object() || vocabulary->empty())
        return brokenTokenizer(origin, "model.vocab is missing or empty, expected {token: id}");
    m_vocabulary.reserve(vocabulary->size());
    for (const auto& [token, id] : vocabulary->items()) {
        if (!id.is_number_integer() || id.get<std::int64_t>() < 0 ||
            id.get<std::int64_t>() > std::numeric_limits<std::int32_t>::max())
            return brokenTokenizer(
                origin, fmt::format("model.vocab[\"{}\"] is {}, expected an id", token, id.dump()));
        m_vocabulary.emplace(token, id.get<std::int32_t>());
    }
    for (unsigned byte = 0; byte < 256; ++byte) {
        m_byteIds[byte] = idOf(byteCharacter(static_cast<std::uint8_t>(byte))).value_or(-1);
        m_fallbackIds[byte] = idOf(fmt::format("<0x{:02X}>", byte)).value_or(-1);
    }
    return {};
}

Status BpeModel::readMerges(const nlohmann::json& json, const std::string& origin)
{
    const auto merges = json.find("merges");
    if (merges == json.end() || !merges->is_array())
        return brokenTokenizer(origin, "model.merges is missing, expected a list");
    m_merges = MergeTable(merges->size());
    std::int32_t rank = 0;
    for (const auto& merge : *merges) {
        const auto parts = mergeParts(merge);
        if (!parts)
            return brokenTokenizer(
                origin, fmt::format("model.merges[{}] is {}, expected two tokens", rank, merge.dump()));
        const auto left = idOf(parts->first), right = idOf(parts->second);
        const auto made = idOf(parts->first + parts->second);
        if (!left || !right || !made)
            return brokenTokenizer(
                origin, fmt::format("model.merges[{}] ({}) names a token that is not in the vocabulary", rank,
                                    merge.dump()));
        m_merges.insert(*left, *right, {rank++, *made});
    }
    return {};
}

Status BpeModel::readOptions(const nlohmann::json& json, const std::string& origin)
{
    if (const auto dropout = json.find("dropout");
        dropout != json.end() && dropout->is_number() && dropout->get<double>() != 0.0)
        return unsupportedComponent(origin, "model", "BPE with dropout");
    for (const auto* key : {"continuing_subword_prefix", "end_of_word_suffix"})
        if (nonEmptyText(json, key))
            return unsupportedComponent(origin, "model", fmt::format("BPE with {}", key));
    m_byteFallback = flag(json, "byte_fallback");
    m_fuseUnknown = flag(json, "fuse_unk");
    m_ignoreMerges = flag(json, "ignore_merges");
    if (!nonEmptyText(json, "unk_token")) return {};
    m_unknownId = idOf(json.at("unk_token").get<std::string>());
    return {};
}

std::optional<std::int32_t> BpeModel::idOf(std::string_view token) const
{
    const auto found = m_vocabulary.find(token);
    return found == m_vocabulary.end() ? std::nullopt : std::optional(found->second);
}

void BpeModel::encode(std::string_view word, WordCache& cache, std::vector<std::int32_t>& ids) const
{
    if (const auto known = cache.words.find(word); known != cache.words.end()) {
        const auto begin = cache.ids.begin() + static_cast<std::ptrdiff_t>(known->second.begin);
        ids.insert(ids.end(), begin, begin + static_cast<std::ptrdiff_t>(known->second.size));
        return;
    }
    const auto symbols = mergedWord(word);
    ids.insert(ids.end(), symbols.begin(), symbols.end());
    if (word.size() > kCachedWordLength || cache.words.size() >= kCachedWords) return;
    cache.words.emplace(word, WordCache::Entry{cache.ids.size(), symbols.size()});
    cache.ids.insert(cache.ids.end(), symbols.begin(), symbols.end());
}

std::vector<std::int32_t> BpeModel::mergedWord(std::string_view word) const
{
    if (m_ignoreMerges)
        if (const auto whole = m_byteLevel ? idOf(toByteAlphabet(word)) : idOf(word)) return {*whole};
    auto symbols = m_byteLevel ? byteSymbols(word) : characterSymbols(word);
    mergeSymbols(m_merges, symbols);
    return symbols;
}

std::vector<std::int32_t> BpeModel::byteSymbols(std::string_view word) const
{
    std::vector<std::int32_t> symbols;
    symbols.reserve(word.size());
    bool afterUnknown = false;
    for (const char c : word) {
        const auto id = m_byteIds[static_cast<std::uint8_t>(c)];
        if (id >= 0)
            symbols.push_back(id);
        else if (m_unknownId && !(afterUnknown && m_fuseUnknown))
            symbols.push_back(*m_unknownId);
        afterUnknown = id < 0;
    }
    return symbols;
}

std::vector<std::int32_t> BpeModel::characterSymbols(std::string_view word) const
{
    std::vector<std::int32_t> symbols;
    bool pendingUnknown = false; // `tokenizers` writes an unknown only before the next known character
    for (std::size_t i = 0; i < word.size();) {
        const auto start = i;
        nextCodePoint(word, i);
        const auto character = word.substr(start, i - start);
        if (const auto id = idOf(character)) {
            if (pendingUnknown) symbols.push_back(*m_unknownId);
            pendingUnknown = false;
            symbols.push_back(*id);
            continue;
        }
        const auto fallback = [&](char c) { return m_fallbackIds[static_cast<std::uint8_t>(c)]; };
        if (m_byteFallback &&
            std::all_of(character.begin(), character.end(), [&](char c) { return fallback(c) >= 0; })) {
            for (const char c : character)
                symbols.push_back(fallback(c));
            continue;
        }
        if (!m_unknownId) continue;
        if (pendingUnknown && !m_fuseUnknown) symbols.push_back(*m_unknownId);
        pendingUnknown = true;
    }
    if (pendingUnknown) symbols.push_back(*m_unknownId);
    return symbols;
}

} // namespace boolab
