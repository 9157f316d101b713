// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace boolab
{

/// A model as one run wrote it, or a run.
struct LineageNode {
    std::optional<RunRecord> run; ///< none: a model
    std::string path;             ///< of a model
    RunId writer = 0;             ///< of a model: the run that wrote it; 0: it came from outside
    int generation = 0;           ///< 0 for models from outside; every edge leads to a greater one
};

struct LineageEdge {
    std::size_t from = 0, to = 0; ///< nodes
    std::string role;             ///< "model", "student", "teacher", "reference", "output"
};

/// Where a run's models came from, and what was made from its own: nodes in order of generation.
struct Lineage {
    std::vector<LineageNode> nodes;
    std::vector<LineageEdge> edges;
    std::size_t focus = 0;

    /// The edge by which a node hangs in a tree: a run under its student or model, a model under its writer.
    const LineageEdge* mainEdgeTo(std::size_t node) const;
};

/// `runs`: all there are; none where `id` is not among them. A path stands for what its last finished writer
/// before the reading run had left there.
std::optional<Lineage> lineageOf(RunId id, const std::vector<RunRecord>& runs);

/// What else is known of models: by path.
struct ModelFacts {
    bool isThere = false;
    std::string hash;
    std::vector<std::string> sameContent; ///< other paths
};

/// As a tree for a terminal.
std::string lineageText(const Lineage& lineage, const std::map<std::string, ModelFacts>& facts);
nlohmann::json lineageJson(const Lineage& lineage, const std::map<std::string, ModelFacts>& facts);

} // namespace boolab
