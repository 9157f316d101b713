// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/job_command.h"
#include "app/cli/output.h"
#include "app/cli/play_project.h"

#include <algorithm>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab::cli
{

namespace
{

/// `run JOB.json|PROJECT`, with the common options over what the file says.
class RunArguments
{
public:
    explicit RunArguments(CLI::App& app)
    {
        app.add_option("path", m_path, "A job file, or a project's folder or project.json.")
            ->option_text("PATH (required)");
        for (const OptionSpec& option : commonOptions())
            m_options.emplace_back(&option, addOption(app, option));
        addOutputFlags(app, m_flags);
        app.add_flag("--dry-run", m_flags.dryRun,
                     "Only show the job, its command line and the memory it needs.")
            ->group("Output");
    }

    int run() const
    {
        if (m_path.empty())
            return report({ErrorCode::Usage, "run: PATH is missing", "Name a job file or a project folder."},
                          m_flags.json);
        return isProject() ? runProject() : runJobFile();
    }

private:
    bool isProject() const
    {
        std::error_code error;
        return fs::is_directory(m_path, error) || fs::path(m_path).filename() == "project.json";
    }

    Status overlay(Job& job) const
    {
        for (const auto& [spec, option] : m_options)
            if (auto applied = applyOption(*spec, *option, job); !applied) return applied;
        job.resolvePaths(fs::current_path());
        return job.validate();
    }

    int runProject() const
    {
        auto project = Project::open(m_path);
        if (!project) return report(project.error(), m_flags.json);
        for (Job& job : project->jobs)
            if (auto overlaid = overlay(job); !overlaid) return report(overlaid.error(), m_flags.json);
        if (!m_flags.dryRun) return playProject(*project, m_flags);
        for (const Job& job : project->jobs)
            printText(job.toCommandLine() + "\n");
        return 0;
    }

    int runJobFile() const
    {
        auto job = Job::fromFile(m_path);
        if (!job) return report(job.error(), m_flags.json);
        if (auto overlaid = overlay(*job); !overlaid) return report(overlaid.error(), m_flags.json);
        return m_flags.dryRun ? printPlan(*job, m_flags) : runAndPrint(*job, m_flags, resultTextOf);
    }

    std::string m_path;
    std::vector<std::pair<const OptionSpec*, CLI::Option*>> m_options;
    CliFlags m_flags;
};

} // namespace

Command addRun(CLI::App& root)
{
    CLI::App* app = root.add_subcommand("run", "Run a job file, or play a project's jobs in order.");
    auto arguments = std::make_shared<RunArguments>(*app);
    return {app, [arguments] { return arguments->run(); }};
}

} // namespace boolab::cli
