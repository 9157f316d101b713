// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job_spec.h"

#include "core/jobs/specs.h"

#include <algorithm>

namespace boolab
{

std::string OptionSpec::shownName() const
{
    if (!positional()) return flag;
    std::string name = key;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    return name;
}

const OptionSpec* JobSpec::find(std::string_view key) const
{
    for (const auto* list : {&options, &commonOptions()})
        for (const OptionSpec& option : *list)
            if (option.key == key) return &option;
    return nullptr;
}

nlohmann::json JobSpec::startValue(std::string_view key, const std::string& preset) const
{
    const auto chosen = std::ranges::find(presets, preset, &Preset::name);
    if (chosen != presets.end())
        if (const auto value = chosen->values.find(key); value != chosen->values.end()) return *value;
    const OptionSpec* option = find(key);
    return option == nullptr ? nlohmann::json() : option->defaultValue;
}

const std::vector<JobSpec>& jobSpecs()
{
    static const std::vector<JobSpec> specs = {specs::inspect(),    specs::convert(),  specs::finetune(),
                                               specs::evaluate(),   specs::generate(), specs::sweep(),
                                               specs::exportModel()};
    return specs;
}

const JobSpec& jobSpec(JobKind kind)
{
    return *std::ranges::find(jobSpecs(), kind, &JobSpec::kind);
}

const JobSpec* findJobSpec(std::string_view name)
{
    const auto found = std::ranges::find(jobSpecs(), name, &JobSpec::name);
    return found == jobSpecs().end() ? nullptr : &*found;
}

const std::vector<OptionSpec>& commonOptions()
{
    static const std::vector<OptionSpec> options = specs::common();
    return options;
}

} // namespace boolab
