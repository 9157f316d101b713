// SPDX-License-Identifier: Apache-2.0
#include "core/store/live_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

std::vector<const OptionSpec*> liveOptions(const std::string& kind)
{
    std::vector<const OptionSpec*> live;
    if (const JobSpec* spec = findJobSpec(kind))
        for (const OptionSpec& option : spec->options)
            if (option.live) live.push_back(&option);
    return live;
}

Result<const OptionSpec*> liveOption(const std::string& kind, const std::string& key)
{
    std::vector<std::string> keys;
    for (const OptionSpec* option : liveOptions(kind)) {
        if (option->key == key) return option;
        keys.push_back(option->key);
    }
    if (keys.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("a run of kind {} has no settings that change while it runs", kind),
                    "Stop it and start it again with other options.");
    return fail(ErrorCode::Usage, fmt::format("{} cannot be changed while a {} runs", key, kind),
                fmt::format("What can be: {}.", fmt::join(keys, ", ")));
}

Result<nlohmann::json> checkLiveValue(const std::string& kind, const std::string& key,
                                      const nlohmann::json& value)
{
    const auto option = liveOption(kind, key);
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
