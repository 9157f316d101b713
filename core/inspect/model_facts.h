// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/lineage.h"
#include "core/store/experiment_store.h"

namespace boolab
{

/// What there is to know of the lineage's models: whether they are there, their content's hash, and which
/// other recorded models hold the same. Hashes are taken from the database where size and time of the files
/// still fit, else computed and kept. Of the other models only those of equal size are read.
std::map<std::string, ModelFacts> modelFacts(ExperimentStore& store, const Lineage& lineage,
                                             const std::vector<RunRecord>& runs);

} // namespace boolab
