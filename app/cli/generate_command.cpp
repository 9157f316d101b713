// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "app/cli/json_lines.h"
#include "app/cli/output.h"

namespace boolab::cli
{

std::string generateText(const Job& job, const nlohmann::json& result)
{
    const bool chat = job.on("chat");
    if (!result.contains("texts"))
        return (chat ? std::string() : job.text("prompt")) + result.value("text", "") + "\n";
    std::string all;
    for (const nlohmann::json& one : result["texts"]) {
        if (!all.empty()) all += "\n";
        const std::string prompt = one.value("prompt", "");
        all += (chat ? "> " + prompt + "\n" : prompt) + one.value("text", "") + "\n";
    }
    return all;
}

Command addGenerate(CLI::App& root)
{
    const JobSpec& spec = jobSpec(JobKind::Generate);
    CLI::App* app = root.add_subcommand(spec.name, spec.summary);
    auto arguments = std::make_shared<JobArguments>(*app, spec);
    return {app, [arguments] {
                const CliFlags& flags = arguments->flags();
                auto job = arguments->job(std::filesystem::current_path());
                if (!job) return report(job.error(), flags.json);
                if (flags.dryRun) return printPlan(*job, flags);
                return job->on("json_lines") ? answerJsonLines(*job) : runAndPrint(*job, flags, generateText);
            }};
}

} // namespace boolab::cli
