// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/store/records.h"
#include "core/store/run_relations.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace boolab
{

/// What a list of runs is searched by. Every term must hold; a `-` before a term turns it round.
///
///     word  "two words"           in name, notes, tags, kind, project or state
///     key:text  key:one,other     the value holds the text (numbers: is equal); a tag is the text, with *
///     for
///                                 any characters
///     key=text  key!=text         the value is the text
///     key<2.6  <=  >  >=          numbers (80MB, 3h), and times (2026-11-30)
///     is:pinned  is:archived      has:notes  has:tags  has:parent
///
/// Keys: id, name, project, kind, state, tag, notes, device, dtype, host, message, parent, seed, step, time
/// (at work), created, started, ended; every option of a job (with its default); every figure of a result;
/// every curve: its last value, or with .min, .max, .last the one named. ppl, bits, lr, size are short for
/// perplexity, bits_per_weight, learning_rate, file_bytes.
/// A setting or figure that a run has not itself is that of its model: as its newest evaluation measured it,
/// else of the runs that made it, from the last back to its conversion.
class RunQuery
{
public:
    /// A query that cannot be read is refused with the place of what is wrong.
    static Result<RunQuery> parse(const std::string& text);

    bool isEmpty() const { return m_terms.empty(); }
    /// `metrics`: the run's curves. With `relations`, words are also looked for in the sweep that the run is
    /// a part of, settings and figures in the runs that made and measured its model.
    bool matches(const RunRecord& run, std::span<const MetricSummary> metrics = {},
                 const RunRelations* relations = nullptr) const;
    /// Keys that are asked for and neither Boolab's own nor an option of a job: figures and curves.
    std::vector<std::string> figures() const;
    /// True where a term asks for `key` with this value or without one: whether archived runs are wanted,
    /// say.
    bool asksFor(const std::string& key, const std::string& value) const;

private:
    enum class Operator { Word, Holds, Equal, Less, LessEqual, Greater, GreaterEqual };
    struct Term {
        Operator op = Operator::Word;
        bool negated = false;
        std::string key;                 ///< canonical; empty for a word
        std::vector<std::string> values; ///< folded case; one of them must fit
        double number = 0;               ///< what a comparison compares with
    };
    class Parser;
    class Matcher;

    std::vector<Term> m_terms;
};

/// A sentence on figures of the query that none of these runs has (mistyped, most likely); else empty.
std::string unknownFigures(const RunQuery& query, const std::vector<RunRecord>& runs,
                           const std::map<RunId, std::vector<MetricSummary>>& curves);

/// All keys that need no run: Boolab's own and the options of all jobs.
const std::vector<std::string>& ownQueryKeys();

} // namespace boolab
