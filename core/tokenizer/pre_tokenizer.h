// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/tokenizer/regex.h"

#include <deque>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace boolab
{

/// What becomes of the parts that a splitter matches.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// The `pre_tokenizer` of a tokenizer.json: cuts text into the words that BPE merges within. Immutable.
class PreTokenizer
{
public:
    using Sink = std::function<void(std::string_view)>;

    static Result<PreTokenizer> fromJson(const nlohmann::json& json, const std::string& origin);

    /// Words are written in the byte alphabet of GPT-2.
    bool isByteLevel() const { return m_byteLevel; }
    /// Gives the non-empty words of `text` in order; `isStart`: nothing stands before it, not even an added
    /// token. A word may view `storage`, which takes text that had to be made.
    void split(std::string_view text, bool isStart, std::deque<std::string>& storage, const Sink& sink) const;

private:
    struct Step {
        enum class Kind { Pattern, Digits, PrefixSpace, Metaspace } kind = Kind::Pattern;
        std::vector<Regex> pattern; ///< one, where kind is Pattern
        SplitBehavior behavior = SplitBehavior::Isolated;
        bool invert = false;
        std::string replacement = {}; ///< of spaces, where kind is Metaspace
        enum class Prepend { Never, First, Always } prepend = Prepend::Never;
    };

    Status append(const nlohmann::json& json, const std::string& origin);
    Status appendSplit(const nlohmann::json& json, const std::string& origin);
    Status appendByteLevel(const nlohmann::json& json, const std::string& origin);
    Status appendMetaspace(const nlohmann::json& json, const std::string& origin);
    void run(std::size_t step, std::string_view text, bool isStart, std::deque<std::string>& storage,
             const Sink& sink) const;

    std::vector<Step> m_steps;
    bool m_byteLevel = false;
};

} // namespace boolab
