// SPDX-License-Identifier: Apache-2.0
// Queries from text.
#include "core/store/run_query.h"

#include "core/jobs/job_spec.h"
#include "core/jobs/nearest_word.h"
#include "core/store/query_value.h"
#include "core/store/run_values.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace boolab
{

namespace
{

constexpr std::string_view kOperatorCharacters = ":=<>!";
constexpr const char* kExample = "For example: method:gptq bits<2.6 ppl<40 -tag:old \"first try\"";

const std::set<std::string, std::less<>> kStateNames = {"queued", "running", "paused",     "done",
                                                        "failed", "stopped", "interrupted"};

bool isTime(std::string_view key)
{
    return key == "created" || key == "started" || key == "ended";
}

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

} // namespace

const std::vector<std::string>& ownQueryKeys()
{
    static const std::vector<std::string> keys = [] {
        std::set<std::string> all = {"id",     "name",    "project", "kind",    "state",  "tag",  "notes",
                                     "device", "dtype",   "host",    "message", "parent", "seed", "step",
                                     "time",   "created", "started", "ended",   "is",     "has"};
        for (const JobSpec& spec : jobSpecs())
            for (const OptionSpec& option : spec.options)
                all.insert(option.key);
        for (const OptionSpec& option : commonOptions())
            all.insert(option.key);
        return std::vector<std::string>(all.begin(), all.end());
    }();
    return keys;
}

class RunQuery::Parser
{
public:
    explicit Parser(const std::string& text) : m_text(text) {}

    Result<RunQuery> parse()
    {
        RunQuery query;
        for (;;) {
            skipSpaces();
            if (atEnd()) return query;
            auto term = parseTerm();
            if (!term) return std::unexpected(term.error());
            query.m_terms.push_back(std::move(*term));
        }
    }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    char here() const { return atEnd() ? '\0' : m_text[m_at]; }
    void skipSpaces()
    {
        while (!atEnd() && isSpace(here()))
            ++m_at;
    }
    bool take(std::string_view characters)
    {
        if (m_text.compare(m_at, characters.size(), characters) != 0) return false;
        m_at += characters.size();
        return true;
    }

    std::unexpected<Error> wrong(std::size_t at, const std::string& what, std::string hint = kExample) const
    {
        return fail(ErrorCode::Usage, fmt::format("query, character {}: {}", at + 1, what), std::move(hint));
    }

    Result<std::string> quoted()
    {
        const std::size_t open = m_at++;
        const std::size_t close = m_text.find('"', m_at);
        if (close == std::string::npos) return wrong(open, "this quote is never closed");
        std::string inside = m_text.substr(m_at, close - m_at);
        m_at = close + 1;
        if (inside.empty()) return wrong(open, "nothing stands between the quotes");
        return inside;
    }

    std::string until(std::string_view stops)
    {
        const std::size_t from = m_at;
        while (!atEnd() && !isSpace(here()) && stops.find(here()) == std::string_view::npos)
            ++m_at;
        return m_text.substr(from, m_at - from);
    }

    Result<Term> parseTerm()
    {
        const std::size_t start = m_at;
        Term term;
        if (take("-")) term.negated = true;
        if (here() == '"') {
            auto word = quoted();
            if (!word) return std::unexpected(word.error());
            term.values = {foldedCase(*word)};
            return term;
        }
        const std::string word = until(":=<>!\"");
        if (!takeOperator(term)) {
            // A lone sign would else be looked for in names, and many have one.
            if (term.negated && word.find_first_not_of('-') == std::string::npos)
                return wrong(start, "what is not wanted is missing after \"-\"");
            if (word.empty()) return wrong(m_at, fmt::format("\"{}\" was not expected here", here()));
            term.values = {foldedCase(word)};
            return term;
        }
        if (word.empty()) return wrong(start, "a name is missing before this sign");
        term.key = canonicalKey(foldedCase(word));
        if (auto read = readValues(term); !read) return std::unexpected(read.error());
        return term;
    }

    /// Spaces may stand before a sign of comparison.
    bool takeOperator(Term& term)
    {
        const std::size_t before = m_at;
        skipSpaces();
        const bool afterSpace = m_at != before;
        if (kOperatorCharacters.find(here()) == std::string_view::npos || atEnd() ||
            (afterSpace && here() == ':')) {
            m_at = before;
            return false;
        }
        const bool colon = take(":"); // key:<2 is key<2
        if (take("!=")) {
            term.op = Operator::Equal;
            term.negated = !term.negated;
        } else if (take("<=")) {
            term.op = Operator::LessEqual;
        } else if (take(">=")) {
            term.op = Operator::GreaterEqual;
        } else if (take("<")) {
            term.op = Operator::Less;
        } else if (take(">")) {
            term.op = Operator::Greater;
        } else if (take("==") || take("=")) {
            term.op = Operator::Equal;
        } else if (colon) {
            term.op = Operator::Holds;
        } else {
            m_at = before;
            return false;
        }
        return true;
    }

    Status readValues(Term& term)
    {
        const bool compares = term.op != Operator::Holds && term.op != Operator::Equal;
        if (term.op != Operator::Holds) skipSpaces();
        const std::size_t start = m_at;
        do {
            if (here() == '"') {
                auto value = quoted();
                if (!value) return std::unexpected(value.error());
                term.values.push_back(foldedCase(*value));
            } else if (const std::string value = until(compares ? "" : ","); !value.empty()) {
                term.values.push_back(foldedCase(value));
            } else {
                return wrong(m_at, fmt::format("a value is missing after \"{}\"", term.key));
            }
        } while (!compares && take(","));
        return checkValues(term, start, compares);
    }

    Status checkValues(Term& term, std::size_t start, bool compares) const
    {
        const std::string& value = term.values.front();
        if (compares) {
            const auto number =
                isTime(term.key) ? queryTime(m_text.substr(start, m_at - start)) : queryNumber(value);
            if (!number)
                return wrong(start,
                             isTime(term.key) ? fmt::format("\"{}\" is no date", value)
                                              : fmt::format("\"{}\" is no number", value),
                             isTime(term.key) ? "Write 2026-11-30 or 2026-11-30T14:05."
                                              : "Write 2.6, 1e-3, 80MB or 3h.");
            term.number = *number;
        }
        if (term.key == "is") return checkWord(value, start, {"pinned", "archived", "deleted"});
        if (term.key == "has") return checkWord(value, start, {"notes", "tags", "parent"});
        if (term.key == "state")
            for (const std::string& name : term.values)
                if (auto known = checkWord(name, start, {kStateNames.begin(), kStateNames.end()}); !known)
                    return known;
        return {};
    }

    Status checkWord(const std::string& word, std::size_t start, const std::vector<std::string>& known) const
    {
        if (std::ranges::find(known, word) != known.end()) return {};
        const std::string nearest = nearestWord(word, known);
        return wrong(start, fmt::format("\"{}\" is none of {}", word, fmt::join(known, ", ")),
                     nearest.empty() ? std::string() : fmt::format("Did you mean \"{}\"?", nearest));
    }

    const std::string& m_text;
    std::size_t m_at = 0;
};

Result<RunQuery> RunQuery::parse(const std::string& text)
{
    return Parser(text).parse();
}

std::vector<std::string> RunQuery::figures() const
{
    std::vector<std::string> keys;
    for (const Term& term : m_terms)
        if (!term.key.empty() && !std::ranges::binary_search(ownQueryKeys(), term.key))
            keys.push_back(term.key);
    return keys;
}

std::string unknownFigures(const RunQuery& query, const std::vector<RunRecord>& runs,
                           const std::map<RunId, std::vector<MetricSummary>>& curves)
{
    for (const std::string& key : query.figures()) {
        const bool isKnown = std::ranges::any_of(runs, [&](const RunRecord& run) {
            const auto own = curves.find(run.id);
            return firstRunValue(run, own == curves.end() ? std::span<const MetricSummary>() : own->second,
                                 key)
                .has_value();
        });
        if (isKnown || runs.empty()) continue;
        std::set<std::string> all(ownQueryKeys().begin(), ownQueryKeys().end());
        for (const RunRecord& run : runs)
            if (run.result.is_object())
                for (const auto& [name, value] : run.result.items())
                    all.insert(name);
        for (const auto& [run, metrics] : curves)
            for (const MetricSummary& metric : metrics)
                all.insert(metric.name);
        const std::string nearest = nearestWord(key, {all.begin(), all.end()});
        return fmt::format("no run has \"{}\"{}", key,
                           nearest.empty() ? "." : fmt::format("; did you mean \"{}\"?", nearest));
    }
    return {};
}

bool RunQuery::asksFor(const std::string& key, const std::string& value) const
{
    return std::ranges::any_of(m_terms, [&](const Term& term) {
        return term.key == key && std::ranges::find(term.values, value) != term.values.end();
    });
}

} // namespace boolab
