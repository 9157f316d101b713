// SPDX-License-Identifier: Apache-2.0
#include "app/cli/play_project.h"

#include "app/cli/engine_process.h"
#include "app/cli/execute_job.h"
#include "app/cli/job_command.h"
#include "app/cli/output.h"
#include "app/cli/project_summary.h"
#include "app/cli/stop_signals.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

nlohmann::json projectJson(const Project& project, const std::vector<PlayedJob>& jobs)
{
    nlohmann::json list = nlohmann::json::array();
    double seconds = 0;
    for (const PlayedJob& played : jobs) {
        seconds += played.seconds;
        list.push_back({{"name", played.job.text("name")},
                        {"kind", played.job.spec().name},
                        {"run_id", played.run ? nlohmann::json(*played.run) : nlohmann::json()},
                        {"seconds", played.seconds},
                        {"result", played.result}});
    }
    return {
        {"project", project.name}, {"seconds", seconds}, {"models", modelSummaries(jobs)}, {"jobs", list}};
}

void announce(const Job& job, std::size_t index, std::size_t count)
{
    const std::string name = job.text("name");
    printNote(fmt::format("\n[{}/{}] {}{}{}\n", index + 1, count, job.spec().title, name.empty() ? "" : ": ",
                          name));
}

int reportFailure(const Project& project, const std::vector<PlayedJob>& jobs, const ExecutedJob& executed,
                  const CliFlags& flags)
{
    const Error& error = executed.result.error();
    const int code = report(error);
    if (flags.json) {
        nlohmann::json json = projectJson(project, jobs);
        json["error"] = errorJson(error);
        if (executed.run) json["run_id"] = *executed.run;
        printJson(json);
    }
    return code;
}

} // namespace

int playProject(const Project& project, const CliFlags& flags)
{
    if (std::ranges::any_of(project.jobs, needsLibTorch))
        if (auto there = continueWithLibTorch(); !there) return report(there.error(), flags.json);
    const auto show = [&](const std::string& text) { flags.json ? printNote(text) : printText(text); };
    if (!flags.quiet) printNote(project.title + "\n");
    std::vector<PlayedJob> played;
    for (std::size_t i = 0; i < project.jobs.size(); ++i) {
        const Job& job = project.jobs[i];
        if (!flags.quiet) announce(job, i, project.jobs.size());
        ExecutedJob executed{{}, fail(ErrorCode::Stopped, "Stopped between two jobs."), 0};
        if (!stopRequested()) executed = executeJob(job, flags.quiet);
        if (!executed.result) return reportFailure(project, played, executed, flags);
        if (!flags.quiet) show(resultTextOf(job, *executed.result));
        played.push_back({job, std::move(*executed.result), executed.run, executed.seconds});
    }
    if (!flags.json || !flags.quiet) show("\n" + summaryText(played));
    if (flags.json) printJson(projectJson(project, played));
    return 0;
}

} // namespace boolab::cli
