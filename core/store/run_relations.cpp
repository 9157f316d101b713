// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_relations.h"

#include "core/base/json_field.h"
#include "core/base/normal_path.h"

#include <algorithm>

namespace boolab
{

namespace
{

constexpr int kLongestChain = 50; // of finetunings of finetunings

bool makesModel(const RunRecord& run)
{
    return run.state == RunState::Done && (run.kind == "convert" || run.kind == "finetune");
}

std::string placeIn(const RunRecord& run, const char* key)
{
    const std::string path = textAt(run.job, key);
    return path.empty() ? path : normalPath(path);
}

} // namespace

const RunRelations::Index& RunRelations::index() const
{
    if (m_isIndexed) return m_index;
    m_isIndexed = true;
    for (const RunRecord& run : *m_runs) {
        m_index.byId[run.id] = &run;
        if (!makesModel(run)) continue;
        if (const std::string output = placeIn(run, "output"); !output.empty())
            m_index.makers[output].push_back(&run);
    }
    for (const RunRecord& run : *m_runs)
        if (run.kind == "evaluate" && run.state == RunState::Done)
            if (const RunRecord* maker = makerOf(run, m_index); maker != nullptr)
                m_index.evaluations[maker->id].push_back(&run);
    for (auto& [maker, evaluations] : m_index.evaluations)
        std::ranges::sort(evaluations, std::ranges::greater(), &RunRecord::id);
    return m_index;
}

const RunRecord* RunRelations::makerOf(const RunRecord& run, const Index& index) const
{
    if (run.kind == "convert" || run.kind == "sweep") return nullptr; // of a model from outside
    const std::string place = placeIn(run, run.kind == "finetune" ? "student" : "model");
    const auto makers = index.makers.find(place);
    if (place.empty() || makers == index.makers.end()) return nullptr;
    const double begin = run.startedAt > 0 ? run.startedAt : run.createdAt;
    const RunRecord* last = nullptr;
    for (const RunRecord* maker : makers->second)
        if (maker->id != run.id && maker->endedAt <= begin && (!last || maker->endedAt > last->endedAt))
            last = maker;
    return last;
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

std::vector<const RunRecord*> RunRelations::evaluationsOf(const RunRecord& run) const
{
    const auto found = index().evaluations.find(run.id);
    return found == index().evaluations.end() ? std::vector<const RunRecord*>() : found->second;
}

const RunRecord* conversionBehind(const RunRecord& run, const RunRelations& relations)
{
    const RunRecord* at = &run;
    for (int i = 0; i < kLongestChain && at != nullptr; ++i) {
        at = relations.makerOf(*at);
        if (at != nullptr && at->kind == "convert") return at;
    }
    return nullptr;
}

} // namespace boolab
