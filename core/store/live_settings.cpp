// SPDX-License-Identifier: Apache-2.0
#include "core/store/live_settings.h"

#include "core/jobs/option_use.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

/// Empty where the job cannot be read: everything is offered then.
std::map<std::string, std::string> unusedIn(const RunRecord& run)
{
    const auto job = Job::fromJson(run.job, "job");
    return job ? unusedOptions(*job) : std::map<std::string, std::string>();
}

} // namespace

std::vector<const OptionSpec*> liveOptions(const std::string& kind)
{
    std::vector<const OptionSpec*> live;
    if (const JobSpec* spec = findJobSpec(kind))
        for (const OptionSpec& option : spec->options)
            if (option.live) live.push_back(&option);
    return live;
}

std::vector<const OptionSpec*> liveOptions(const RunRecord& run)
{
    std::vector<const OptionSpec*> live = liveOptions(run.kind);
    const auto unused = unusedIn(run);
    std::erase_if(live, [&](const OptionSpec* option) { return unused.contains(option->key); });
    return live;
}

Result<const OptionSpec*> liveOption(const RunRecord& run, const std::string& key)
{
    std::vector<std::string> keys;
    for (const OptionSpec* option : liveOptions(run)) {
        if (option->key == key) return option;
        keys.push_back(option->key);
    }
    if (keys.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("a run of kind {} has no settings that change while it runs", run.kind),
                    "Stop it and start it again with other options.");
    const std::string hint = fmt::format("What can be: {}.", fmt::join(keys, ", "));
    const auto isKey = [&](const OptionSpec* option) { return option->key == key; };
    if (std::ranges::any_of(liveOptions(run.kind), isKey)) {
        std::string reason = unusedIn(run)[key];
        while (reason.ends_with('.'))
            reason.pop_back();
        return fail(ErrorCode::Usage, fmt::format("{} does nothing in this run: {}", key, reason), hint);
    }
    return fail(ErrorCode::Usage, fmt::format("{} cannot be changed while a {} runs", key, run.kind), hint);
}

Result<nlohmann::json> checkLiveValue(const RunRecord& run, const std::string& key,
                                      const nlohmann::json& value)
{
    const auto option = liveOption(run, key);
    if (!option) return std::unexpected(option.error());
    auto checked = checkValue(**option, value);
    if (!checked) {
        Error error = checked.error();
        error.message = fmt::format("{} {}", key, error.message);
        return std::unexpected(error);
    }
    return checked;
}

} // namespace boolab
