// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/lineage.h"

#include "core/store/model_writers.h"

#include <algorithm>

namespace boolab
{

namespace
{

constexpr const char* kInputs[] = {"student", "model", "teacher", "reference"};

/// A sweep's output is a folder of its parts' models.
bool writesModel(const RunRecord& run)
{
    return run.state == RunState::Done && run.kind != "sweep";
}

std::string outputOf(const RunRecord& run)
{
    return writesModel(run) ? placeIn(run, "output") : std::string();
}

class Builder
{
public:
    explicit Builder(const std::vector<RunRecord>& runs)
    {
        for (const RunRecord& run : runs)
            m_runs[run.id] = &run;
        for (const auto& [id, run] : m_runs)
            if (writesModel(*run)) m_writers.add(*run);
        for (const auto& [id, run] : m_runs) // by number, so that the oldest stands first
            for (const char* key : kInputs)
                if (const std::string path = placeIn(*run, key); !path.empty())
                    m_readers[{path, writerBefore(path, *run)}].push_back(run);
    }

    std::optional<Lineage> build(RunId id)
    {
        if (!m_runs.contains(id)) return std::nullopt;
        const std::size_t focus = addRun(*m_runs[id]);
        goDown(*m_runs[id]);
        return ordered(focus);
    }

private:
    RunId writerBefore(const std::string& path, const RunRecord& reader) const
    {
        const RunRecord* last = m_writers.before(path, reader);
        return last ? last->id : 0;
    }

    /// The run with all that it came from.
    std::size_t addRun(const RunRecord& run)
    {
        if (const auto known = m_runNodes.find(run.id); known != m_runNodes.end()) return known->second;
        const std::size_t node = m_lineage.nodes.size();
        m_runNodes[run.id] = node;
        m_lineage.nodes.push_back({.run = run, .path = {}, .writer = 0});
        for (const char* key : kInputs)
            if (const std::string path = placeIn(run, key); !path.empty())
                link(addModel(path, writerBefore(path, run)), node, key);
        return node;
    }

    std::size_t addModel(const std::string& path, RunId writer)
    {
        const auto [known, isNew] = m_modelNodes.try_emplace({path, writer}, m_lineage.nodes.size());
        if (!isNew) return known->second;
        const std::size_t node = known->second;
        m_lineage.nodes.push_back({.run = {}, .path = path, .writer = writer});
        if (writer != 0) link(addRun(*m_runs[writer]), node, "output");
        return node;
    }

    /// What was made from the run's output, and so on.
    void goDown(const RunRecord& run)
    {
        const std::string output = outputOf(run);
        if (output.empty()) return;
        addModel(output, run.id);
        const auto readers = m_readers.find({output, run.id});
        if (readers == m_readers.end()) return;
        for (const RunRecord* reader : readers->second) {
            const bool isNew = !m_runNodes.contains(reader->id);
            addRun(*reader);
            if (isNew) goDown(*reader);
        }
    }

    void link(std::size_t from, std::size_t to, const std::string& role)
    {
        m_lineage.edges.push_back({from, to, role});
    }

    /// Generations by the longest way from a source; a reader begins after its writer, so there is no ring.
    Lineage ordered(std::size_t focus)
    {
        auto& [nodes, edges, at] = m_lineage;
        for (std::size_t round = 0; round < nodes.size(); ++round)
            for (const LineageEdge& edge : edges)
                nodes[edge.to].generation =
                    std::max(nodes[edge.to].generation, nodes[edge.from].generation + 1);
        std::vector<std::size_t> order(nodes.size()), place(nodes.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return nodes[i].generation; });
        Lineage sorted;
        for (std::size_t i = 0; i < order.size(); ++i) {
            place[order[i]] = i;
            sorted.nodes.push_back(std::move(nodes[order[i]]));
        }
        for (const LineageEdge& edge : edges)
            sorted.edges.push_back({place[edge.from], place[edge.to], edge.role});
        sorted.focus = place[focus];
        return sorted;
    }

    std::map<RunId, const RunRecord*> m_runs;
    ModelWriters m_writers;
    std::map<std::pair<std::string, RunId>, std::vector<const RunRecord*>> m_readers;
    std::map<RunId, std::size_t> m_runNodes;
    std::map<std::pair<std::string, RunId>, std::size_t> m_modelNodes;
    Lineage m_lineage;
};

} // namespace

const LineageEdge* Lineage::mainEdgeTo(std::size_t node) const
{
    const LineageEdge* best = nullptr;
    const auto rank = [](const LineageEdge& edge) {
        const auto* place = std::ranges::find(kInputs, edge.role);
        return place - std::begin(kInputs); // "output" is alone
    };
    for (const LineageEdge& edge : edges)
        if (edge.to == node && (!best || rank(edge) < rank(*best))) best = &edge;
    return best;
}

std::optional<Lineage> lineageOf(RunId id, const std::vector<RunRecord>& runs)
{
    return Builder(runs).build(id);
}

} // namespace boolab
