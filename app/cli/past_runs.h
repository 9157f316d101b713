// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "core/store/records.h"

#include <filesystem>

namespace boolab::cli
{

/// What the experiment database knows of jobs that ran before, as it was when opened.
class PastRuns
{
public:
    static Result<PastRuns> open(const std::filesystem::path& database);

    /// The newest finished run of the same job whose inputs have not changed since it began and whose output
    /// is still what it wrote; null where the job has to be run.
    const RunRecord* finished(const Job& job) const;
    /// The newest run of the same job below `parent` that did not come to its end; its engine is gone.
    const RunRecord* unfinished(const Job& job, RunId parent) const;
    /// The newest run of this kind with this output folder.
    const RunRecord* writerOf(const Job& job) const;
    static bool isSame(const RunRecord& run, const Job& job);

private:
    explicit PastRuns(std::vector<RunRecord> runs) : m_runs(std::move(runs)) {}

    std::vector<RunRecord> m_runs; ///< newest first
};

} // namespace boolab::cli
