// SPDX-License-Identifier: Apache-2.0
// The one list of what every job can be told: the command line, the forms, job files and "Copy as command" are all
// made from it, so a default or a range stands in one place.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boolab
{

enum class JobKind { Inspect, Convert, Finetune, Evaluate, Generate };
enum class OptionType { Integer, Real, Text, Path, Choice, Switch };

struct OptionSpec {
    std::string key;   ///< in the job file: "learning_rate"
    std::string flag;  ///< "--lr", or empty for a positional argument
    std::string shortFlag; ///< "-o", or empty
    OptionType type = OptionType::Text;
    std::string label; ///< in forms: "Learning rate of the scales"
    std::string help;  ///< one or two sentences: what it does, when to change it
    nlohmann::json defaultValue; ///< null: no default (required, or absent)
    bool required = false;
    std::optional<double> minimum, maximum;
    std::string unit;                 ///< "tokens", "steps", …
    std::vector<std::string> choices; ///< OptionType::Choice
    std::string group;                ///< heading in forms: "Data", "Optimizer", …
    bool advanced = false;            ///< forms fold it away
};

struct JobSpec {
    JobKind kind = JobKind::Inspect;
    std::string name;    ///< subcommand and job file's "kind": "convert"
    std::string title;   ///< "Convert"
    std::string summary; ///< one sentence
    std::vector<OptionSpec> options;

    const OptionSpec* find(std::string_view key) const;
};

const std::vector<JobSpec>& jobSpecs();
const JobSpec& jobSpec(JobKind kind);
const JobSpec* findJobSpec(std::string_view name);
/// Flags that every job takes: --db, --project, --name, --device, --threads, --seed, --dtype, --json, --quiet.
const std::vector<OptionSpec>& commonOptions();

} // namespace boolab
