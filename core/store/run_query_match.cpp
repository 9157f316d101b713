// SPDX-License-Identifier: Apache-2.0
// Whether a run is what a query asks for.
#include "core/store/query_value.h"
#include "core/store/run_query.h"
#include "core/store/run_values.h"

#include <algorithm>

namespace boolab
{

class RunQuery::Matcher
{
public:
    Matcher(const RunRecord& run, std::span<const MetricSummary> metrics, const RunRelations* relations)
        : m_run(run), m_metrics(metrics), m_relations(relations)
    {
    }

    bool holds(const Term& term) const
    {
        if (term.key.empty())
            return hasWord(m_run, term.values.front()) || parentHasWord(term.values.front());
        if (term.key == "is") return is(term.values.front());
        if (term.key == "has") return has(term.values.front());
        if (term.key == "tag") return hasTag(term);
        const bool compares = term.op != Operator::Holds && term.op != Operator::Equal;
        bool isThere = false, decided = false;
        const auto look = [&](const RunValue& value) {
            if (compares && !value.number) return false;
            isThere = true;
            decided = compares ? compare(term, *value.number) : fits(term, value);
            return decided || compares; // the first number is the one that is compared
        };
        visitRunValues(m_run, m_metrics, term.key, look);
        if (isThere || m_relations == nullptr) return decided;
        for (const RunRecord* other : relatives()) {
            visitModelValues(*other, term.key, look);
            if (isThere) break;
        }
        return decided;
    }

private:
    bool parentHasWord(const std::string& word) const
    {
        const RunRecord* parent = m_relations ? m_relations->parentOf(m_run) : nullptr;
        return parent != nullptr && hasWord(*parent, word);
    }

    /// Evaluations of the run's model, then the runs that made the model which it worked on.
    std::vector<const RunRecord*> relatives() const
    {
        std::vector<const RunRecord*> all = m_relations->evaluationsOf(m_run);
        const auto makers = m_relations->makersOf(m_run);
        all.insert(all.end(), makers.begin(), makers.end());
        return all;
    }

    static bool hasWord(const RunRecord& run, const std::string& word)
    {
        const auto holds = [&](const std::string& text) {
            return foldedCase(text).find(word) != std::string::npos;
        };
        return holds(run.name) || holds(run.kind) || holds(run.project) || holds(nameOf(run.state)) ||
               std::ranges::any_of(run.tags, holds) || holds(run.notes);
    }

    bool is(const std::string& what) const
    {
        if (what == "pinned") return m_run.pinned;
        return what == "archived" ? m_run.archivedAt > 0 : m_run.deletedAt > 0;
    }

    bool has(const std::string& what) const
    {
        if (what == "notes") return !m_run.notes.empty();
        return what == "tags" ? !m_run.tags.empty() : m_run.parent.has_value();
    }

    bool hasTag(const Term& term) const
    {
        return std::ranges::any_of(m_run.tags, [&](const std::string& tag) {
            return std::ranges::any_of(term.values, [&](const std::string& value) {
                return matchesPattern(foldedCase(tag), value);
            });
        });
    }

    static bool compare(const Term& term, double value)
    {
        switch (term.op) {
        case Operator::Less:
            return value < term.number;
        case Operator::LessEqual:
            return value <= term.number;
        case Operator::Greater:
            return value > term.number;
        default:
            return value >= term.number;
        }
    }

    static bool fits(const Term& term, const RunValue& value)
    {
        const std::string text = foldedCase(value.text);
        return std::ranges::any_of(term.values, [&](const std::string& wanted) {
            if (value.number && text != "true" && text != "false") return queryNumber(wanted) == value.number;
            return term.op == Operator::Equal ? text == wanted : text.find(wanted) != std::string::npos;
        });
    }

    const RunRecord& m_run;
    std::span<const MetricSummary> m_metrics;
    const RunRelations* m_relations;
};

bool RunQuery::matches(const RunRecord& run, std::span<const MetricSummary> metrics,
                       const RunRelations* relations) const
{
    const Matcher matcher(run, metrics, relations);
    return std::ranges::all_of(m_terms,
                               [&](const Term& term) { return matcher.holds(term) != term.negated; });
}

} // namespace boolab
