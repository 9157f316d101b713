// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/tokenizer/merge_table.h"

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace boolab
{

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using TokenIds = std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>>;

/// Words met in one run of encoding and their ids. Keys view the text, which must outlive it.
struct WordCache {
    struct Entry {
        std::size_t begin = 0, size = 0; ///< in `ids`
    };
    std::unordered_map<std::string_view, Entry> words;
    std::vector<std::int32_t> ids;
};

/// The `model` of a tokenizer.json (type BPE). Immutable.
class BpeModel
{
public:
    /// `byteLevel`: words come as bytes and are looked up in the byte alphabet.
    static Result<BpeModel> fromJson(const nlohmann::json& json, bool byteLevel, const std::string& origin);

    const TokenIds& vocabulary() const { return m_vocabulary; }
    /// Appends the ids of one word.
    void encode(std::string_view word, WordCache& cache, std::vector<std::int32_t>& ids) const;

private:
    Status readVocabulary(const nlohmann::json& json, const std::string& origin);
    Status readMerges(const nlohmann::json& json, const std::string& origin);
    Status readOptions(const nlohmann::json& json, const std::string& origin);
    std::optional<std::int32_t> idOf(std::string_view token) const;
    std::vector<std::int32_t> mergedWord(std::string_view word) const;
    std::vector<std::int32_t> byteSymbols(std::string_view word) const;
    std::vector<std::int32_t> characterSymbols(std::string_view word) const;

    TokenIds m_vocabulary;
    MergeTable m_merges;
    std::array<std::int32_t, 256> m_byteIds{};     ///< of the byte alphabet, -1 where missing
    std::array<std::int32_t, 256> m_fallbackIds{}; ///< of <0x00> … <0xFF>, -1 where missing
    std::optional<std::int32_t> m_unknownId;
    bool m_byteLevel = false, m_byteFallback = false, m_fuseUnknown = false, m_ignoreMerges = false;
};

} // namespace boolab
