// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"

#include "app/cli/execute_job.h"
#include "app/cli/output.h"
#include "core/formats/model_files.h"
#include "core/jobs/memory_estimate.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

Result<MemoryEstimate> estimateOf(const Job& job)
{
    const std::string model = job.has("student") ? job.text("student") : job.text("model");
    auto files = ModelFiles::open(model);
    if (!files) return std::unexpected(files.error());
    return estimateMemory(files->config(), job);
}

std::string planText(const Job& job, const MemoryEstimate& estimate)
{
    std::vector<std::vector<std::string>> rows = {{"memory", "bytes"}};
    for (const auto& part : estimate.parts)
        rows.push_back({part.name, formatBytes(part.bytes)});
    rows.push_back({"in all", formatBytes(estimate.totalBytes())});
    if (estimate.diskBytes > 0) rows.push_back({"disk", formatBytes(estimate.diskBytes)});
    return fmt::format("{}\n\n{}\n\n{}", job.toCommandLine(), job.toJson().dump(2), textTable(rows));
}

} // namespace

int printPlan(const Job& job, const CliFlags& flags)
{
    auto estimate = estimateOf(job);
    if (!estimate) return report(estimate.error(), flags.json);
    if (!flags.json) {
        printText(planText(job, *estimate));
        return 0;
    }
    nlohmann::json parts = nlohmann::json::array();
    for (const auto& part : estimate->parts)
        parts.push_back({{"name", part.name}, {"bytes", part.bytes}});
    printJson(
        {{"job", job.toJson()},
         {"command", job.toCommandLine()},
         {"memory",
          {{"total_bytes", estimate->totalBytes()}, {"disk_bytes", estimate->diskBytes}, {"parts", parts}}}});
    return 0;
}

int runAndPrint(const Job& job, const CliFlags& flags, const ResultText& resultText)
{
    const ExecutedJob executed = executeJob(job, flags.quiet);
    if (!executed.result) return report(executed.result.error(), flags.json, executed.run);
    if (executed.follows) return 0;
    if (flags.json)
        printJson(*executed.result);
    else
        printText(resultText(job, *executed.result));
    return exitCodeOf(*executed.result);
}

int exitCodeOf(const nlohmann::json& result)
{
    const auto check = result.find("value_check");
    const bool failed = result.value("failed", std::int64_t{0}) > 0 ||
                        (check != result.end() && !check->at("not_finite").empty());
    return failed ? exitCode(ErrorCode::Internal) : 0;
}

std::string resultTextOf(const Job& job, const nlohmann::json& result)
{
    switch (job.kind()) {
    case JobKind::Inspect:
        return inspectText(job, result);
    case JobKind::Convert:
        return convertText(job, result);
    case JobKind::Finetune:
        return finetuneText(job, result);
    case JobKind::Evaluate:
        return evaluateText(job, result);
    case JobKind::Generate:
        return generateText(job, result);
    case JobKind::Sweep:
        return sweepText(job, result);
    case JobKind::Export:
        return exportText(job, result);
    }
    return {};
}

Command addJobCommand(CLI::App& root, JobKind kind, ResultText resultText)
{
    const JobSpec& spec = jobSpec(kind);
    CLI::App* app = root.add_subcommand(spec.name, spec.summary);
    auto arguments = std::make_shared<JobArguments>(*app, spec);
    return {app, [arguments, resultText = std::move(resultText)] {
                const CliFlags& flags = arguments->flags();
                auto job = arguments->job(std::filesystem::current_path());
                if (!job) return report(job.error(), flags.json);
                return flags.dryRun ? printPlan(*job, flags) : runAndPrint(*job, flags, resultText);
            }};
}

} // namespace boolab::cli
