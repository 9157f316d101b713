// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/tokenizer/bpe_model.h"
#include "core/tokenizer/normalizer.h"
#include "core/tokenizer/regex.h"

#include <functional>
#include <map>

namespace boolab
{

/// A token that is found in the text itself, before the pre-tokenizer.
struct AddedToken {
    std::int32_t id = 0;
    std::string content;
    bool singleWord = false, lstrip = false, rstrip = false, normalized = false, special = false;
};

/// Finds the longest token at the leftmost place, as an Aho-Corasick automaton with that match kind does.
class TokenMatcher
{
public:
    void add(std::string_view content, const AddedToken* token);
    /// Calls part(range, token) in order; token is null for the text between.
    void split(std::string_view text, const std::function<void(TextRange, const AddedToken*)>& part) const;

private:
    struct Node {
        std::map<char, std::size_t> children;
        const AddedToken* token = nullptr;
    };
    std::size_t longestMatch(std::string_view text, std::size_t from, const AddedToken*& token) const;

    std::vector<Node> m_nodes{1};
    bool m_starts[256] = {};
};

/// The `added_tokens` of a tokenizer.json. Immutable.
class AddedTokens
{
public:
    static Result<AddedTokens> fromJson(const nlohmann::json& json, const TokenIds& vocabulary,
                                        const Normalizer& normalizer, const std::string& origin);

    const std::vector<std::unique_ptr<AddedToken>>& tokens() const { return m_tokens; }
    /// Finds tokens in the text as it is, and (`normalized` ones) in the text behind the normalizer.
    const TokenMatcher& raw() const { return m_raw; }
    const TokenMatcher& normalized() const { return m_normalized; }

private:
    std::vector<std::unique_ptr<AddedToken>> m_tokens; ///< stable addresses for the matchers
    TokenMatcher m_raw, m_normalized;
};

} // namespace boolab
