// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

std::string evaluateText(const Job& job, const nlohmann::json& result)
{
    std::string text = fmt::format("perplexity {:.3f} over {} windows of {} tokens of {}, {}\n",
                                   result.value("perplexity", 0.0), result.value("windows", std::int64_t{0}),
                                   job.integer("seq_len"), job.text("perplexity"),
                                   formatDuration(result.value("seconds", 0.0)));
    if (job.text("runtime") != "libtorch")
        text += "computed as generate --runtime " + job.text("runtime") + " does\n";
    if (result.contains("kl_divergence"))
        text +=
            fmt::format("KL from {}: {:.4f} per token, same first choice {:.2f} %\n", job.text("reference"),
                        result.value("kl_divergence", 0.0), 100 * result.value("top_1_agreement", 0.0));
    return text;
}

Command addEvaluate(CLI::App& root)
{
    return addJobCommand(root, JobKind::Evaluate, evaluateText);
}

} // namespace boolab::cli
