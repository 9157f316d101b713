// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

std::string convertText(const Job& job, const nlohmann::json& result)
{
    return fmt::format(
        "{}: {}, K = {}, {:.2f} bits per weight in the converted layers, {:.2f} over the whole file, "
        "relative error {}, {}\n",
        job.text("output"), formatBytes(result.value("file_bytes", std::int64_t{0})),
        formatNumber(result.value("kernels", 0.0)), result.value("bits_per_weight", 0.0),
        result.value("bits_per_weight_all", 0.0), formatNumber(result.value("relative_error", 0.0)),
        formatDuration(result.value("seconds", 0.0)));
}

Command addConvert(CLI::App& root)
{
    return addJobCommand(root, JobKind::Convert, convertText);
}

} // namespace boolab::cli
