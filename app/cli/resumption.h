// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/store/records.h"

#include <filesystem>
#include <optional>

namespace boolab::cli
{

/// How a job with --resume goes on.
struct Resumption {
    std::optional<RunId> run; ///< the row that it continues; none where the database knows of no such run
    std::int64_t step = 0;
    bool beginsAgain = false; ///< killed before its first checkpoint: from step 0, without --resume
};

/// Looks for checkpoint and run of the job's output and compares them with what is asked for, before anything
/// is claimed: what is refused here leaves the run's row, and its model, as they are.
Result<Resumption> findResumption(const Job& job, const std::filesystem::path& database);

} // namespace boolab::cli
