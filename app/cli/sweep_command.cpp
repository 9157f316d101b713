// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "app/cli/sweep_report.h"

namespace boolab::cli
{

std::string sweepText(const Job&, const nlohmann::json& result)
{
    return sweepTable(result);
}

Command addSweep(CLI::App& root)
{
    return addJobCommand(root, JobKind::Sweep, sweepText);
}

} // namespace boolab::cli
