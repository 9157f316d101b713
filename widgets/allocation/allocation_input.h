// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/allocation/plan_allocation.h"
#include "core/jobs/job.h"

#include <filesystem>
#include <memory>

namespace boolab::ui
{

/// A table of errors that a conversion has left in the cache.
struct FoundTable {
    std::filesystem::path path;
    std::filesystem::file_time_type modified;
    std::shared_ptr<const ErrorTable> table;
};

/// What an allocation is made of, read from files.
struct AllocationInput {
    std::string model;              ///< that it is about
    std::string problem;            ///< why the model cannot be read; empty: all is well
    std::vector<FoundTable> tables; ///< newest first
    StorageCosts storage;
    double parameters = 0;
};

/// Tables of `model` that are not older than it; what cannot be read is left out. Those among `known` that
/// have not changed since are not read again.
std::vector<FoundTable> findErrorTables(const std::filesystem::path& folder,
                                        const std::filesystem::path& model,
                                        const std::vector<FoundTable>& known = {});
/// For the job of a Convert form; blocks for as long as headers and tables take to read.
AllocationInput readAllocationInput(const Job& job, const std::filesystem::path& folder,
                                    const std::vector<FoundTable>& known = {});

} // namespace boolab::ui
