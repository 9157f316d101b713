// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

std::string finetuneText(const Job& job, const nlohmann::json& result)
{
    return fmt::format("{}: {} steps, loss {}, {} Booleans flipped, {} tokens/s, {}\n", job.text("output"),
                       result.value("steps", std::int64_t{0}), formatNumber(result.value("loss", 0.0)),
                       formatCount(result.value("flips", std::int64_t{0})),
                       formatNumber(result.value("tokens_per_second", 0.0)),
                       formatDuration(result.value("seconds", 0.0)));
}

Command addFinetune(CLI::App& root)
{
    return addJobCommand(root, JobKind::Finetune, finetuneText);
}

} // namespace boolab::cli
