// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/store/records.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

namespace boolab::cli
{

struct ExecutedJob {
    std::optional<RunId> run; ///< its row in the database; inspect has none
    Result<nlohmann::json> result;
    double seconds = 0;
    bool follows = false; ///< it was a part of another process's job, which tells the result
};

/// Checks models, memory and disk, then runs the job in this process, shown on the terminal and recorded in
/// the experiment database. What fails the check leaves no run behind.
ExecutedJob executeJob(const Job& job, bool quiet);

/// Opens the job's models and compares what it needs with what the machine has.
Status checkJob(const Job& job);

std::filesystem::path databaseOf(const std::string& db);

} // namespace boolab::cli
