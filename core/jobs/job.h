// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job_spec.h"

#include <filesystem>
#include <string>
#include <vector>

namespace boolab
{

/// What a run will do, complete and replayable. A value; always valid against its spec once made.
class Job
{
public:
    /// A job with defaults; required options are checked by validate().
    explicit Job(JobKind kind);
    /// {"kind": "convert", "model": …}. Unknown keys, wrong types and values out of range are errors that
    /// name `origin`, the key, what was expected and, for unknown keys, the nearest known one. Relative paths
    /// of Path options are resolved against `baseFolder` where it is given.
    static Result<Job> fromJson(const nlohmann::json& json, const std::string& origin,
                                const std::filesystem::path& baseFolder = {});
    /// Relative paths are relative to the file's folder.
    static Result<Job> fromFile(const std::filesystem::path& path);

    JobKind kind() const { return m_kind; }
    const JobSpec& spec() const { return jobSpec(m_kind); }

    // Getters give 0, empty or false for what the kind does not know or nobody has set.
    bool has(std::string_view key) const; ///< set, or has a default
    nlohmann::json value(std::string_view key) const;
    /// What an option is while nobody has set it: its default, or what the job's preset makes of it.
    nlohmann::json startValue(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    double real(std::string_view key) const;
    std::string text(std::string_view key) const; ///< Text, Path, Choice; empty if absent
    bool on(std::string_view key) const;
    /// null and empty texts count as unset().
    Status set(std::string_view key, nlohmann::json value);
    void unset(std::string_view key);
    Status validate() const;
    /// Makes the relative ones among the Path options absolute, so that the job can be replayed from
    /// anywhere.
    void resolvePaths(const std::filesystem::path& baseFolder);

    nlohmann::json toJson() const; ///< only what differs from the start values, plus kind
    /// Arguments after "boolab-cli", and as one line quoted for a POSIX shell with "boolab-cli" in front.
    std::vector<std::string> toArguments() const;
    std::string toCommandLine() const;

    friend bool operator==(const Job&, const Job&) = default;

private:
    JobKind m_kind;
    nlohmann::json m_values = nlohmann::json::object(); ///< only what differs from the start values
};

/// A POSIX shell reads `argument` back as one word.
std::string shellQuoted(const std::string& argument);

} // namespace boolab
