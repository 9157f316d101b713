// SPDX-License-Identifier: Apache-2.0
#include "core/compare/reference_scores.h"

#include "core/compare/published_scores.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

/// Reads an entry's members, and keeps the first thing that is wrong.
class Reader
{
public:
    Reader(const Json& entry, std::size_t index) : m_entry(entry), m_index(index) {}

    std::string text(const char* key, bool isRequired)
    {
        const auto found = m_entry.find(key);
        if (found != m_entry.end() && found->is_string() && !found->get_ref<const std::string&>().empty())
            return found->get<std::string>();
        if (isRequired || found != m_entry.end()) complain(key, "a text");
        return {};
    }
    std::optional<double> number(const char* key, bool isRequired)
    {
        const auto found = m_entry.find(key);
        if (found != m_entry.end() && found->is_number() && found->get<double>() > 0)
            return found->get<double>();
        if (isRequired || found != m_entry.end()) complain(key, "a positive number");
        return std::nullopt;
    }
    void complain(const char* key, const char* expected)
    {
        if (m_error.empty())
            m_error = fmt::format("published scores, entry {}: \"{}\" is not {}", m_index, key, expected);
    }
    const std::string& error() const { return m_error; }

private:
    const Json& m_entry;
    std::size_t m_index;
    std::string m_error;
};

Result<ReferenceScore> readEntry(const Json& entry, std::size_t index)
{
    Reader reader(entry, index);
    ReferenceScore one{.model = reader.text("model", true),
                       .method = reader.text("method", true),
                       .bits = reader.number("bits", true).value_or(0),
                       .bitsNote = reader.text("bits_note", false),
                       .wikitext2 = reader.number("wikitext2", false),
                       .c4 = reader.number("c4", false),
                       .accuracy = reader.number("accuracy", false),
                       .tasks = reader.text("tasks", false),
                       .context = static_cast<int>(reader.number("context", false).value_or(0)),
                       .harness = reader.text("harness", false),
                       .source = reader.text("source", true),
                       .note = reader.text("note", false)};
    if (!one.wikitext2 && !one.c4 && !one.accuracy) reader.complain("wikitext2", "there, nor another score");
    if (one.accuracy && one.tasks.empty()) reader.complain("tasks", "there, though there is an accuracy");
    if (!reader.error().empty()) return fail(ErrorCode::BadInput, reader.error());
    return one;
}

} // namespace

Result<std::vector<ReferenceScore>> parseReferenceScores(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("scores") || !json["scores"].is_array())
        return fail(ErrorCode::BadInput, "published scores: expected {\"scores\": […]}");
    std::vector<ReferenceScore> all;
    for (const Json& entry : json["scores"]) {
        if (!entry.is_object())
            return fail(ErrorCode::BadInput,
                        fmt::format("published scores, entry {}: is no object", all.size()));
        auto one = readEntry(entry, all.size());
        if (!one) return std::unexpected(one.error());
        all.push_back(std::move(*one));
    }
    return all;
}

const std::vector<ReferenceScore>& referenceScores()
{
    static const std::vector<ReferenceScore> all =
        parseReferenceScores(kPublishedScores).value_or(std::vector<ReferenceScore>());
    return all;
}

std::optional<ReferenceKind> referenceKindFor(const std::string& metric)
{
    if (metric == "perplexity" || metric == "held_out_perplexity") return ReferenceKind::Wikitext2;
    if (metric == kPaperAverage || metric == "average acc") return ReferenceKind::Accuracy;
    return std::nullopt;
}

std::optional<double> valueOf(const ReferenceScore& reference, ReferenceKind kind)
{
    switch (kind) {
    case ReferenceKind::Wikitext2:
        return reference.wikitext2;
    case ReferenceKind::C4:
        return reference.c4;
    case ReferenceKind::Accuracy:
        return reference.accuracy ? std::optional(*reference.accuracy / 100) : std::nullopt;
    }
    return std::nullopt;
}

std::string protocolOf(const ReferenceScore& reference, ReferenceKind kind)
{
    if (kind == ReferenceKind::Accuracy)
        return reference.harness.empty() ? reference.tasks
                                         : fmt::format("{}; {}", reference.tasks, reference.harness);
    const char* text = kind == ReferenceKind::C4 ? "C4" : "WikiText-2";
    return reference.context > 0 ? fmt::format("{}, windows of {}", text, reference.context)
                                 : fmt::format("{}, windows not told", text);
}

bool isLikeProtocol(const ReferenceScore& reference, ReferenceKind kind, const std::string& protocol)
{
    if (kind == ReferenceKind::Accuracy) return false; // no published average names its questions
    return reference.context > 0 && (protocol + ",").starts_with(fmt::format("gptq-{},", reference.context));
}

bool isNear(double value, double low, double high)
{
    constexpr double kFactor = 4;
    return value >= low / kFactor && value <= high * kFactor;
}

} // namespace boolab
