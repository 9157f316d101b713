// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "core/inspect/inspection_json.h"
#include "core/jobs/inspect_job.h"

namespace boolab::cli
{

std::string inspectText(const Job& job, const nlohmann::json& result)
{
    return result.contains("layer") ? layerText(result) : inspectionText(job, result);
}

Command addInspect(CLI::App& root)
{
    return addJobCommand(root, JobKind::Inspect, inspectText);
}

} // namespace boolab::cli
