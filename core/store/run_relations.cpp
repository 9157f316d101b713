// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_relations.h"

#include "core/base/json_field.h"

#include <algorithm>

namespace boolab
{

namespace
{

constexpr std::size_t kLongestChain = 50;

bool makesModel(const RunRecord& run)
{
    return run.state == RunState::Done && (run.kind == "convert" || run.kind == "finetune");
}

const char* inputKey(const RunRecord& run)
{
    return run.kind == "finetune" ? "student" : "model";
}

} // namespace

const RunRelations::Index& RunRelations::index() const
{
    if (m_isIndexed) return m_index;
    m_isIndexed = true;
    for (const RunRecord& run : *m_runs) {
        m_index.byId[run.id] = &run;
        if (makesModel(run)) m_index.makers.add(run);
    }
    for (const RunRecord& run : *m_runs)
        if (isWholeEvaluation(run))
            if (const RunRecord* maker = makerOf(run, m_index); maker != nullptr)
                m_index.evaluations[maker->id].push_back(&run);
    for (auto& [maker, evaluations] : m_index.evaluations)
        std::ranges::sort(evaluations, std::ranges::greater(), &RunRecord::id);
    return m_index;
}

const RunRecord* RunRelations::makerOf(const RunRecord& run, const Index& index) const
{
    if (run.kind == "convert" || run.kind == "sweep") return nullptr; // of a model from outside
    return index.makers.before(placeIn(run, inputKey(run)), run);
}

const RunRecord* RunRelations::parentOf(const RunRecord& run) const
{
    if (!run.parent) return nullptr;
    const auto found = index().byId.find(*run.parent);
    return found == index().byId.end() ? nullptr : found->second;
}

const RunRecord* RunRelations::makerOf(const RunRecord& run) const
{
    return makerOf(run, index());
}

std::vector<const RunRecord*> RunRelations::makersOf(const RunRecord& run) const
{
    std::vector<const RunRecord*> makers;
    for (const RunRecord* at = makerOf(run); at != nullptr && makers.size() < kLongestChain;
         at = makerOf(*at))
        makers.push_back(at);
    return makers;
}

std::vector<const RunRecord*> RunRelations::evaluationsOf(const RunRecord& run) const
{
    const auto found = index().evaluations.find(run.id);
    return found == index().evaluations.end() ? std::vector<const RunRecord*>() : found->second;
}

bool isWholeEvaluation(const RunRecord& run)
{
    return run.kind == "evaluate" && run.state == RunState::Done &&
           !(run.job.is_object() && run.job.contains("first_kernels"));
}

std::string inputModel(const RunRecord& run)
{
    return textAt(run.job, inputKey(run));
}

const RunRecord* conversionBehind(const RunRecord& run, const RunRelations& relations)
{
    const auto makers = relations.makersOf(run);
    return !makers.empty() && makers.back()->kind == "convert" ? makers.back() : nullptr;
}

} // namespace boolab
