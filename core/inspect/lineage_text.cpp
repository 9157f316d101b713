// SPDX-License-Identifier: Apache-2.0
// A lineage for terminals and programs.
#include "core/base/json_field.h"
#include "core/inspect/lineage.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

std::string figuresOf(const RunRecord& run)
{
    std::string text;
    for (const char* key : {"perplexity", "bits_per_weight", "relative_error", "loss"})
        if (const auto figure = numberAt(run.result, key))
            text += fmt::format("  {} {}", key, formatNumber(*figure));
    return text;
}

class TreeText
{
public:
    TreeText(const Lineage& lineage, const std::map<std::string, ModelFacts>& facts)
        : m_lineage(lineage), m_facts(facts)
    {
    }

    std::string text()
    {
        for (std::size_t i = 0; i < m_lineage.nodes.size(); ++i)
            if (m_lineage.mainEdgeTo(i) == nullptr) add(i, "", "");
        return m_text;
    }

private:
    void add(std::size_t node, const std::string& stem, const std::string& below)
    {
        m_text += stem + line(node) + "\n";
        std::vector<std::size_t> children;
        for (std::size_t i = 0; i < m_lineage.nodes.size(); ++i)
            if (const LineageEdge* edge = m_lineage.mainEdgeTo(i); edge && edge->from == node)
                children.push_back(i);
        for (std::size_t i = 0; i < children.size(); ++i) {
            const bool last = i + 1 == children.size();
            add(children[i], below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
        }
    }

    std::string line(std::size_t node) const
    {
        const LineageNode& one = m_lineage.nodes[node];
        return one.run ? runLine(node, *one.run) : modelLine(one);
    }

    std::string runLine(std::size_t node, const RunRecord& run) const
    {
        std::string text =
            fmt::format("run {} {} “{}” {}{}", run.id, run.kind, run.name, nameOf(run.state), figuresOf(run));
        const LineageEdge* shown = m_lineage.mainEdgeTo(node);
        for (const LineageEdge& edge : m_lineage.edges)
            if (edge.to == node && &edge != shown)
                text += fmt::format("  ({} {})", edge.role, m_lineage.nodes[edge.from].path);
        if (!run.tags.empty()) text += fmt::format("  [{}]", fmt::join(run.tags, " "));
        return node == m_lineage.focus ? text + "  <-- this run" : text;
    }

    std::string modelLine(const LineageNode& model) const
    {
        std::string text = model.path;
        const auto known = m_facts.find(model.path);
        if (known == m_facts.end()) return text;
        if (!known->second.isThere) return text + "  (not there any more)";
        if (!known->second.hash.empty()) text += "  " + known->second.hash;
        if (!known->second.sameContent.empty())
            text += fmt::format("  same content as {}", fmt::join(known->second.sameContent, ", "));
        return text;
    }

    const Lineage& m_lineage;
    const std::map<std::string, ModelFacts>& m_facts;
    std::string m_text;
};

} // namespace

std::string lineageText(const Lineage& lineage, const std::map<std::string, ModelFacts>& facts)
{
    return TreeText(lineage, facts).text();
}

nlohmann::json lineageJson(const Lineage& lineage, const std::map<std::string, ModelFacts>& facts)
{
    nlohmann::json nodes = nlohmann::json::array(), edges = nlohmann::json::array();
    for (const LineageNode& node : lineage.nodes) {
        if (node.run) {
            nodes.push_back({{"type", "run"},
                             {"run", node.run->id},
                             {"kind", node.run->kind},
                             {"name", node.run->name},
                             {"state", nameOf(node.run->state)}});
            continue;
        }
        nlohmann::json model = {{"type", "model"}, {"path", node.path}};
        model["writer"] = node.writer != 0 ? nlohmann::json(node.writer) : nlohmann::json();
        if (const auto known = facts.find(node.path); known != facts.end()) {
            model["exists"] = known->second.isThere;
            model["hash"] = known->second.hash;
            model["same_content"] = known->second.sameContent;
        }
        nodes.push_back(std::move(model));
    }
    for (const LineageEdge& edge : lineage.edges)
        edges.push_back({{"from", edge.from}, {"to", edge.to}, {"role", edge.role}});
    return {{"nodes", nodes}, {"edges", edges}, {"focus", lineage.focus}};
}

} // namespace boolab
