// SPDX-License-Identifier: Apache-2.0
// Jobs as command lines.
#include "core/jobs/job.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

bool looksLikeFlag(const std::string& argument)
{
    return argument.size() > 1 && argument.front() == '-';
}

std::string asText(const nlohmann::json& value)
{
    if (value.is_string()) return value.get<std::string>();
    // The shortest digits that read back as the same double.
    if (value.is_number_float()) return fmt::format("{}", value.get<double>());
    return value.dump();
}

void append(std::vector<std::string>& arguments, const OptionSpec& option, const nlohmann::json& value)
{
    const std::string text = asText(value);
    if (option.positional()) {
        arguments.push_back(looksLikeFlag(text) ? "./" + text : text);
    } else if (option.type == OptionType::Switch) {
        arguments.push_back(value.get<bool>() ? option.flag : option.flag + "=false");
    } else if (looksLikeFlag(text)) {
        arguments.push_back(option.flag + "=" + text);
    } else {
        arguments.push_back(option.shortFlag == "-o" || option.shortFlag == "-p" ? option.shortFlag
                                                                                 : option.flag);
        arguments.push_back(text);
    }
}

} // namespace

std::vector<std::string> Job::toArguments() const
{
    std::vector<std::string> arguments = {spec().name};
    for (const bool positional : {true, false})
        for (const auto* options : {&spec().options, &commonOptions()})
            for (const OptionSpec& option : *options) {
                const auto value = m_values.find(option.key);
                if (value != m_values.end() && option.positional() == positional)
                    append(arguments, option, *value);
            }
    return arguments;
}

std::string Job::toCommandLine() const
{
    std::string line = "boolab-cli";
    for (const std::string& argument : toArguments())
        line += " " + shellQuoted(argument);
    return line;
}

std::string shellQuoted(const std::string& argument)
{
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+@%=";
    if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string::npos) return argument;
    std::string quoted = "'";
    for (const char c : argument) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + "'";
}

} // namespace boolab
