// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

#include <CLI/CLI.hpp>
#include <deque>
#include <filesystem>

namespace boolab::cli
{

/// What the command line alone decides: it is no part of a job.
struct CliFlags {
    bool json = false, quiet = false, dryRun = false;
    std::string config;
};

/// The flags of one kind of job on a CLI11 subcommand, made from the job's spec. Lives as long as the
/// subcommand.
class JobArguments
{
public:
    JobArguments(CLI::App& app, const JobSpec& spec);
    JobArguments(const JobArguments&) = delete;
    JobArguments& operator=(const JobArguments&) = delete;

    /// After parsing: the job file of --config with the flags over it, complete and with absolute paths.
    Result<Job> job(const std::filesystem::path& workingFolder) const;
    const CliFlags& flags() const { return m_flags; }

private:
    struct Entry {
        const OptionSpec* spec;
        CLI::Option* option;
    };
    Result<Job> start() const;

    const JobSpec& m_spec;
    CliFlags m_flags;
    std::vector<Entry> m_entries;
};

/// --json, --quiet
void addOutputFlags(CLI::App& app, CliFlags& flags);
/// One option of a spec on a subcommand.
CLI::Option* addOption(CLI::App& app, const OptionSpec& spec);
/// Sets what was given on the command line.
Status applyOption(const OptionSpec& spec, const CLI::Option& option, Job& job);

} // namespace boolab::cli
