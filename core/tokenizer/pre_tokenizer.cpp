// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/pre_tokenizer.h"

#include "core/tokenizer/metaspace.h"
#include "core/tokenizer/split_ranges.h"
#include "core/tokenizer/tokenizer_errors.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

namespace boolab
{

namespace
{

// GPT-2's pattern, which ByteLevel(use_regex=true) splits by.
constexpr auto kGpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

std::optional<SplitBehavior> behaviorFromName(const std::string& name)
{
    if (name == "Removed") return SplitBehavior::Removed;
    if (name == "Isolated") return SplitBehavior::Isolated;
    if (name == "MergedWithPrevious") return SplitBehavior::MergedWithPrevious;
    if (name == "MergedWithNext") return SplitBehavior::MergedWithNext;
    if (name == "Contiguous") return SplitBehavior::Contiguous;
    return std::nullopt;
}

} // namespace

Result<PreTokenizer> PreTokenizer::fromJson(const nlohmann::json& json, const std::string& origin)
{
    PreTokenizer preTokenizer;
    if (auto status = preTokenizer.append(json, origin); !status) return std::unexpected(status.error());
    return preTokenizer;
}

Status PreTokenizer::append(const nlohmann::json& json, const std::string& origin)
{
    if (json.is_null()) return {};
    const auto type = componentType(json);
    if (m_byteLevel) // later steps would see the byte alphabet instead of the text
        return unsupportedComponent(origin, "pre_tokenizer", type + " behind ByteLevel");
    if (type == "ByteLevel") return appendByteLevel(json, origin);
    if (type == "Split") return appendSplit(json, origin);
    if (type == "Metaspace") return appendMetaspace(json, origin);
    if (type == "Digits") {
        const bool single = json.value("individual_digits", false);
        m_steps.push_back(
            {Step::Kind::Digits, {}, single ? SplitBehavior::Isolated : SplitBehavior::Contiguous, false});
        return {};
    }
    if (type != "Sequence") return unsupportedComponent(origin, "pre_tokenizer", type);
    for (const auto& step : json.value("pretokenizers", nlohmann::json::array()))
        if (auto status = append(step, origin); !status) return status;
    return {};
}

Status PreTokenizer::appendSplit(const nlohmann::json& json, const std::string& origin)
{
    const auto name = json.value("behavior", std::string());
    const auto behavior = behaviorFromName(name);
    if (!behavior) return brokenTokenizer(origin, fmt::format("Split has the unknown behavior \"{}\"", name));
    auto pattern = patternFromJson(json, origin);
    if (!pattern) return std::unexpected(pattern.error());
    m_steps.push_back({Step::Kind::Pattern, {std::move(*pattern)}, *behavior, json.value("invert", false)});
    return {};
}

Status PreTokenizer::appendByteLevel(const nlohmann::json& json, const std::string& origin)
{
    m_byteLevel = true;
    if (json.value("add_prefix_space", true))
        m_steps.push_back({.kind = Step::Kind::PrefixSpace, .pattern = {}});
    if (!json.value("use_regex", true)) return {};
    auto pattern = Regex::compile(kGpt2Pattern, origin);
    if (!pattern) return std::unexpected(pattern.error());
    m_steps.push_back({.kind = Step::Kind::Pattern, .pattern = {std::move(*pattern)}});
    return {};
}

/// Spaces become another character, which a text may get in front, and which begins a word where it splits.
Status PreTokenizer::appendMetaspace(const nlohmann::json& json, const std::string& origin)
{
    // Older files say add_prefix_space instead.
    const auto scheme =
        json.value("prepend_scheme", json.value("add_prefix_space", true) ? "always" : "never");
    using Prepend = Step::Prepend;
    if (scheme != "always" && scheme != "first" && scheme != "never")
        return unsupportedComponent(origin, "pre_tokenizer",
                                    fmt::format("Metaspace with prepend_scheme {}", scheme));
    Step step{.kind = Step::Kind::Metaspace, .pattern = {}};
    step.replacement = json.value("replacement", std::string(kMetaspace));
    step.prepend = scheme == "always" ? Prepend::Always : scheme == "first" ? Prepend::First : Prepend::Never;
    const std::string replacement = step.replacement;
    m_steps.push_back(std::move(step));
    if (!json.value("split", true)) return {};
    auto pattern = Regex::literal(replacement, origin);
    if (!pattern) return std::unexpected(pattern.error());
    m_steps.push_back({Step::Kind::Pattern, {std::move(*pattern)}, SplitBehavior::MergedWithNext, false});
    return {};
}

void PreTokenizer::split(std::string_view text, bool isStart, std::deque<std::string>& storage,
                         const Sink& sink) const
{
    run(0, text, isStart, storage, sink);
}

void PreTokenizer::run(std::size_t index, std::string_view text, bool isStart,
                       std::deque<std::string>& storage, const Sink& sink) const
{
    if (text.empty()) return;
    if (index == m_steps.size()) return sink(text);
    const auto& step = m_steps[index];
    if (step.kind == Step::Kind::PrefixSpace) {
        if (!text.starts_with(' ')) text = storage.emplace_back(std::string(1, ' ').append(text));
        return run(index + 1, text, isStart, storage, sink);
    }
    if (step.kind == Step::Kind::Metaspace) {
        std::string spaced;
        for (const char c : text)
            spaced += c == ' ' ? std::string_view(step.replacement) : std::string_view(&c, 1);
        const bool may =
            step.prepend == Step::Prepend::Always || (step.prepend == Step::Prepend::First && isStart);
        if (may && !spaced.starts_with(step.replacement)) spaced.insert(0, step.replacement);
        return run(index + 1, storage.emplace_back(std::move(spaced)), isStart, storage, sink);
    }
    const auto emit = [&](TextRange range) {
        run(index + 1, text.substr(range.begin, range.end - range.begin), isStart && range.begin == 0,
            storage, sink);
    };
    const auto cut = [&](const auto& mark) {
        if (step.kind == Step::Kind::Digits)
            forEachDigitAndGap(text, mark);
        else
            forEachMatchAndGap(step.pattern.front(), text, mark);
    };
    if (step.behavior == SplitBehavior::Isolated) return cut([&](TextRange range, bool) { emit(range); });
    std::vector<MarkedRange> ranges;
    cut([&](TextRange range, bool isMatch) { ranges.push_back({range, isMatch != step.invert}); });
    for (const auto& range : mergedRanges(ranges, step.behavior))
        emit(range);
}

} // namespace boolab
