// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

std::string finetuneText(const Job& job, const nlohmann::json& result)
{
    std::string text =
        fmt::format("{}: {} steps", job.text("output"), result.value("steps", std::int64_t{0}));
    // Neither is known where only the model was left to be written.
    if (result.contains("loss")) text += ", loss " + formatNumber(result.value("loss", 0.0));
    text += fmt::format(", {} Booleans flipped", formatCount(result.value("flips", std::int64_t{0})));
    if (result.contains("tokens_per_second"))
        text += fmt::format(", {} tokens/s", formatNumber(result.value("tokens_per_second", 0.0)));
    return text + fmt::format(", {}\n", formatDuration(result.value("seconds", 0.0)));
}

Command addFinetune(CLI::App& root)
{
    return addJobCommand(root, JobKind::Finetune, finetuneText);
}

} // namespace boolab::cli
