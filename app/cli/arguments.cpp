// SPDX-License-Identifier: Apache-2.0
#include "app/cli/arguments.h"

#include "core/jobs/nearest_word.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

/// The subcommand that the arguments reached, at any depth.
const CLI::App& deepest(const CLI::App& app)
{
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : deepest(*chosen.front());
}

/// "bench decode": the subcommand as it is typed behind the program's name.
std::string commandOf(const CLI::App& app)
{
    const CLI::App* parent = app.get_parent();
    if (parent == nullptr) return {}; // the program itself
    const std::string before = commandOf(*parent);
    return before.empty() ? app.get_name() : before + " " + app.get_name();
}

std::string nameOf(const CLI::App& app)
{
    const std::string command = commandOf(app);
    return command.empty() ? app.get_name() : command;
}

std::string seeHelp(const CLI::App& app)
{
    const std::string command = commandOf(app);
    return command.empty() ? "See boolab-cli --help." : fmt::format("See boolab-cli {} --help.", command);
}

std::vector<std::string> knownFlags(const CLI::App& app)
{
    std::vector<std::string> flags;
    for (const CLI::Option* option : app.get_options())
        for (const std::string& name : option->get_lnames())
            flags.push_back("--" + name);
    return flags;
}

std::vector<std::string> subcommandNames(const CLI::App& app)
{
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands(std::function<bool(const CLI::App*)>{}))
        names.push_back(sub->get_name());
    return names;
}

std::string didYouMean(const std::string& word, const std::vector<std::string>& known)
{
    const std::string nearest = nearestWord(word, known);
    return nearest.empty() ? std::string() : fmt::format("Did you mean {}? ", nearest);
}

std::unexpected<Error> unexpectedArgument(const CLI::App& app)
{
    const CLI::App& reached = deepest(app);
    const std::vector<std::string> left = app.remaining(true);
    const auto flag =
        std::ranges::find_if(left, [](const std::string& text) { return text.starts_with("-"); });
    const std::string culprit = flag != left.end() ? *flag : left.empty() ? std::string() : left.front();
    const bool wantsSubcommand = flag == left.end() && !subcommandNames(reached).empty();
    const std::string word = culprit.substr(0, culprit.find('='));
    const std::vector<std::string> known = knownFlags(reached);
    if (std::ranges::find(known, word) != known.end())
        return fail(ErrorCode::Usage, fmt::format("{}: {} stands before the command", nameOf(reached), word),
                    fmt::format("Write it behind it: boolab-cli {} ... {}.", commandOf(reached), word));
    const std::string suggestion = didYouMean(word, wantsSubcommand ? subcommandNames(reached) : known);
    const char* what = flag != left.end() ? "unknown flag"
                       : wantsSubcommand  ? "unknown subcommand"
                                          : "unexpected argument";
    return fail(ErrorCode::Usage, fmt::format("{}: {} {}", nameOf(reached), what, culprit),
                suggestion + seeHelp(reached));
}

} // namespace

std::vector<std::string> withHyphens(std::vector<std::string> arguments)
{
    for (std::string& argument : arguments) {
        if (argument == "--") break;
        if (argument.starts_with("--"))
            std::replace(argument.begin(),
                         argument.begin() +
                             static_cast<std::ptrdiff_t>(std::min(argument.find('='), argument.size())),
                         '_', '-');
    }
    return arguments;
}

Status parseArguments(CLI::App& app, std::vector<std::string> arguments)
{
    arguments = withHyphens(std::move(arguments));
    std::ranges::reverse(arguments); // CLI11 takes them from the back
    try {
        app.parse(std::move(arguments));
        return {};
    } catch (const CLI::Success&) {
        throw;
    } catch (const CLI::ExtrasError&) {
        return unexpectedArgument(app);
    } catch (const CLI::ParseError& error) {
        // "A subcommand is required" comes also where the one given is unknown.
        if (!app.remaining(true).empty()) return unexpectedArgument(app);
        const CLI::App& reached = deepest(app);
        return fail(ErrorCode::Usage, fmt::format("{}: {}", nameOf(reached), error.what()), seeHelp(reached));
    }
}

} // namespace boolab::cli
