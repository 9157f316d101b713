// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/model_writers.h"

#include <map>
#include <string>
#include <vector>

namespace boolab
{

/// How runs hang together: parts of a sweep, and models with the runs that made, trained and measured them.
/// `runs` outlive it. What it takes to answer is gathered when it is first asked for.
class RunRelations
{
public:
    explicit RunRelations(const std::vector<RunRecord>& runs) : m_runs(&runs) {}

    /// The sweep that `run` is a part of; nullptr: none.
    const RunRecord* parentOf(const RunRecord& run) const;
    /// The finished conversion or finetuning that had left its model where `run` found the one that it works
    /// on (a finetuning its student) when it began; nullptr: none, or what had lain there is not known.
    const RunRecord* makerOf(const RunRecord& run) const;
    /// The one, the one before it, and so on back to the conversion; at most 50, as a finetuning may train
    /// its own output again.
    std::vector<const RunRecord*> makersOf(const RunRecord& run) const;
    /// Finished evaluations of the whole model that `run` made, newest first.
    std::vector<const RunRecord*> evaluationsOf(const RunRecord& run) const;

private:
    struct Index {
        std::map<RunId, const RunRecord*> byId;
        ModelWriters makers;
        std::map<RunId, std::vector<const RunRecord*>> evaluations; ///< by maker
    };
    const Index& index() const;
    const RunRecord* makerOf(const RunRecord& run, const Index& index) const;

    const std::vector<RunRecord>* m_runs;
    mutable Index m_index;
    mutable bool m_isIndexed = false;
};

/// Whether `run` is a finished evaluation of all of its model, not of its first kernels alone.
bool isWholeEvaluation(const RunRecord& run);

/// The path of the model that `run` works on, as its job has it; of a finetuning its student.
std::string inputModel(const RunRecord& run);

/// The conversion at the beginning of the model that `run` works on; nullptr: none, or it is the run itself.
const RunRecord* conversionBehind(const RunRecord& run, const RunRelations& relations);

} // namespace boolab
