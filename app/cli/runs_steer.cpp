// SPDX-License-Identifier: Apache-2.0
#include "app/cli/runs_command.h"
#include "core/store/live_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab::cli
{

namespace
{

struct Asking {
    const char* name;
    RequestKind kind;
    const char* summary;
    const char* answer;
};

constexpr Asking kAskings[] = {
    {"pause", RequestKind::Pause, "Hold a run after the step at hand; the engine keeps its memory.",
     "pauses after the step at hand"},
    {"resume", RequestKind::Resume, "Let a paused run go on.", "goes on"},
    {"stop", RequestKind::Stop, "End a run after the step at hand, with a checkpoint where it writes them.",
     "stops after the step at hand"},
    {"checkpoint", RequestKind::Checkpoint, "Write a checkpoint after the step at hand and go on.",
     "writes a checkpoint after the step at hand"},
};

std::shared_ptr<RunId> addRunId(const RunsContext& context, CLI::App& app)
{
    auto id = std::make_shared<RunId>(0);
    context.takesRuns(app.add_option("run", *id, kRunHelp))->required()->option_text("RUN");
    return id;
}

int ask(const RunsContext& context, RunId id, const Asking& asking)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    if (auto asked = store->request(id, asking.kind); !asked) return context.fail(asked.error());
    return context.print({{"run", id}, {"asked", asking.name}},
                         fmt::format("Run {} {}.\n", id, asking.answer));
}

/// The text as the option's type has it.
Result<nlohmann::json> valueFor(const RunRecord& run, const std::string& key, const std::string& text)
{
    const auto option = liveOption(run, key);
    if (!option) return std::unexpected(option.error());
    auto value = parseValue(**option, text);
    if (value) return value;
    Error error = value.error();
    error.message = fmt::format("{} {}", key, error.message);
    return std::unexpected(error);
}

/// Of whatever kind of job.
std::string settable()
{
    std::vector<std::string> keys;
    for (const JobSpec& spec : jobSpecs())
        for (const OptionSpec* option : liveOptions(spec.name))
            keys.push_back(fmt::format("{} ({})", option->key, spec.name));
    return fmt::format("What to change: {}.", fmt::join(keys, ", "));
}

struct Setting {
    std::string key, value;
};

int set(const RunsContext& context, RunId id, const Setting& setting)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    const auto run = store->run(id);
    if (!run) return context.fail(run.error());
    const auto value = valueFor(*run, setting.key, setting.value);
    if (!value) return context.fail(value.error());
    if (auto asked = store->requestSetting(id, setting.key, *value); !asked)
        return context.fail(asked.error());
    return context.print(
        {{"run", id}, {"key", setting.key}, {"value", *value}},
        fmt::format("Run {} goes on with {} {} after the step at hand.\n", id, setting.key, value->dump()));
}

} // namespace

std::vector<Command> addRunsRequests(SharedRunsContext context)
{
    std::vector<Command> commands;
    for (const Asking& asking : kAskings) {
        CLI::App* app = context->add(asking.name, asking.summary);
        const auto id = addRunId(*context, *app);
        commands.push_back({app, [context, id, &asking] { return ask(*context, *id, asking); }});
    }
    return commands;
}

Command addRunsSet(SharedRunsContext context)
{
    CLI::App* app = context->add("set", "Change a setting of a run that goes on, from its next step on.");
    const auto id = addRunId(*context, *app);
    auto setting = std::make_shared<Setting>();
    app->add_option("key", setting->key, settable())->required()->option_text("KEY");
    app->add_option("value", setting->value, "Its new value.")->required()->option_text("VALUE");
    return {app, [context, id, setting] { return set(*context, *id, *setting); }};
}

} // namespace boolab::cli
