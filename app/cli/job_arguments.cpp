// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab::cli
{

namespace
{

std::string optionNames(const OptionSpec& spec)
{
    std::vector<std::string> names;
    if (spec.positional()) names.push_back(spec.key);
    if (!spec.shortFlag.empty()) names.push_back(spec.shortFlag);
    if (!spec.flag.empty()) names.push_back(spec.flag);
    names.insert(names.end(), spec.aliases.begin(), spec.aliases.end());
    return fmt::format("{}", fmt::join(names, ","));
}

std::string valueText(const OptionSpec& spec)
{
    std::string text;
    switch (spec.type) {
    case OptionType::Integer:
        text = "N";
        break;
    case OptionType::Real:
        text = "X";
        break;
    case OptionType::Text:
        text = spec.choices.empty() ? "TEXT" : fmt::format("LIST of {}", fmt::join(spec.choices, "|"));
        break;
    case OptionType::Path:
        text = spec.choices.empty() ? "PATH" : fmt::format("PATH|{}", fmt::join(spec.choices, "|"));
        break;
    case OptionType::Choice:
        text = fmt::format("{}", fmt::join(spec.choices, "|"));
        break;
    case OptionType::Switch:
        return {};
    }
    if (spec.required) return text + " (required)";
    if (spec.defaultValue.is_null()) return text;
    const std::string value =
        spec.defaultValue.is_string() ? spec.defaultValue.get<std::string>() : spec.defaultValue.dump();
    return fmt::format("{} [{}]", text, value);
}

} // namespace

CLI::Option* addOption(CLI::App& app, const OptionSpec& spec)
{
    CLI::Option* option =
        spec.type == OptionType::Switch ? app.add_flag(optionNames(spec)) : app.add_option(optionNames(spec));
    option->description(spec.help)->group(spec.group)->option_text(valueText(spec));
    // A flag that a script repeats: the last one counts.
    return option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

Status applyOption(const OptionSpec& spec, const CLI::Option& option, Job& job)
{
    if (option.count() == 0) return {};
    const std::string text = option.results().back();
    if (text.empty()) {
        job.unset(spec.key);
        return {};
    }
    auto value = parseValue(spec, text);
    if (!value)
        return fail(ErrorCode::Usage,
                    fmt::format("{}: {} {}", job.spec().name, spec.shownName(), value.error().message),
                    value.error().hint);
    return job.set(spec.key, std::move(*value));
}

void addOutputFlags(CLI::App& app, CliFlags& flags)
{
    app.add_flag("--json", flags.json, "One JSON object on standard output and nothing else.")
        ->group("Output");
    app.add_flag("-q,--quiet", flags.quiet, "No progress; warnings and errors only.")->group("Output");
}

JobArguments::JobArguments(CLI::App& app, const JobSpec& spec) : m_spec(spec)
{
    for (const auto* options : {&spec.options, &commonOptions()})
        for (const OptionSpec& option : *options)
            m_entries.push_back({&option, addOption(app, option)});
    addOutputFlags(app, m_flags);
    app.add_option("--config", m_flags.config, "A job file to start from; flags count over it.")
        ->group("Output")
        ->option_text("JOB.json");
    app.add_flag("--dry-run", m_flags.dryRun, "Only show the job, its command line and the memory it needs.")
        ->group("Output");
}

Result<Job> JobArguments::start() const
{
    if (m_flags.config.empty()) return Job(m_spec.kind);
    auto job = Job::fromFile(m_flags.config);
    if (job && job->kind() != m_spec.kind)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: is a job of kind \"{}\", expected \"{}\"", m_flags.config,
                                job->spec().name, m_spec.name),
                    fmt::format("Run it by boolab-cli {} --config {}.", job->spec().name, m_flags.config));
    return job;
}

Result<Job> JobArguments::job(const std::filesystem::path& workingFolder) const
{
    auto job = start();
    if (!job) return job;
    for (const Entry& entry : m_entries)
        if (auto applied = applyOption(*entry.spec, *entry.option, *job); !applied)
            return std::unexpected(applied.error());
    job->resolvePaths(workingFolder);
    if (auto complete = job->validate(); !complete) return std::unexpected(complete.error());
    return job;
}

} // namespace boolab::cli
