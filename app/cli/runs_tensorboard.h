// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/experiment_store.h"

#include <span>

namespace boolab::cli
{

/// One folder per run below `folder`, each with one event file: every curve as scalars, job, results and
/// notes as texts. Returns the event files. A folder that is there is replaced only with `force`.
Result<std::vector<std::filesystem::path>> writeTensorboard(const ExperimentStore& store,
                                                            std::span<const RunId> ids,
                                                            const std::filesystem::path& folder, bool force);

} // namespace boolab::cli
