// SPDX-License-Identifier: Apache-2.0
// The one list of what every job can be told: the command line, the forms, job files and "Copy as command"
// are all made from it, so a default or a range stands in one place.
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boolab
{

enum class JobKind { Inspect, Convert, Finetune, Evaluate, Generate, Sweep, Export };
/// Words of inspect's --probe that are no files.
inline constexpr const char* kBuiltinProbe = "builtin";
inline constexpr const char* kNoProbe = "none";

enum class OptionType { Integer, Real, Text, Path, Choice, Switch };

class Job;
/// Why an option does nothing in a job, as a sentence for its user; empty where it counts.
using UnusedRule = std::string (*)(const Job&);

struct OptionSpec {
    std::string key = {};                  ///< in the job file: "learning_rate"
    std::string flag = {};                 ///< "--lr", or empty for a positional argument
    std::string shortFlag = {};            ///< "-o", or empty
    std::vector<std::string> aliases = {}; ///< other spellings of the flag: "--ctx-size"
    OptionType type = OptionType::Text;
    std::string label = {};           ///< in forms: "Learning rate of the scales"
    std::string help = {};            ///< one or two sentences: what it does, when to change it
    nlohmann::json defaultValue = {}; ///< null: no default (required, or absent)
    bool required = false;
    std::optional<double> minimum = {}, maximum = {};
    std::string unit = {}; ///< "tokens", "steps", …
    /// Choice: all there are. Path: words that are no path ("self"). Text: a list of these, with commas.
    std::vector<std::string> choices = {};
    std::string pattern = {};    ///< Text: the regular expression that a whole value matches; empty: any
    std::string expected = {};   ///< the pattern in words; empty: the pattern itself is shown
    std::string group = {};      ///< heading in forms: "Data", "Optimizer", …
    bool advanced = false;       ///< forms fold it away
    bool live = false;           ///< may be changed while the job runs
    UnusedRule unused = nullptr; ///< null: it always counts. Asked by unusedOptions(), of a sweep's
                                 ///< conversions one by one.

    bool positional() const { return flag.empty(); }
    /// "--lr", or "MODEL" for a positional argument: how messages name the option.
    std::string shownName() const;
};

/// Settings that belong together: its values stand in for the options' defaults.
struct Preset {
    std::string name = {}; ///< a choice of the option "preset"
    nlohmann::json values = {};
};

struct JobSpec {
    JobKind kind = JobKind::Inspect;
    std::string name = {};                ///< subcommand and job file's "kind": "convert"
    std::string title = {};               ///< "Convert"
    std::string summary = {};             ///< one sentence
    std::vector<OptionSpec> options = {}; ///< "preset" first: it must be known before the others are set
    std::vector<Preset> presets = {};

    /// Among its own and the common options.
    const OptionSpec* find(std::string_view key) const;
    /// What the option starts from under a preset: the preset's value, else the default.
    nlohmann::json startValue(std::string_view key, const std::string& preset) const;
};

const std::vector<JobSpec>& jobSpecs();
const JobSpec& jobSpec(JobKind kind);
const JobSpec* findJobSpec(std::string_view name);
/// What every job takes beside its own: db, project, name, device, threads, seed, dtype, force.
const std::vector<OptionSpec>& commonOptions();

/// `value` in the form a job stores (integers as integers, reals as reals), or why it does not fit: type,
/// range, choice.
Result<nlohmann::json> checkValue(const OptionSpec& option, const nlohmann::json& value);
/// The same from a command line's or a form field's text.
Result<nlohmann::json> parseValue(const OptionSpec& option, const std::string& text);

} // namespace boolab
