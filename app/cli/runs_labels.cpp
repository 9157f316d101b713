// SPDX-License-Identifier: Apache-2.0
// Tags, notes, pins, the archive, and runs brought back.
#include "app/cli/runs_command.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <iterator>

namespace boolab::cli
{

namespace
{

/// Words that are numbers are runs, the others tags, as in `runs tag 3 4 baseline`.
struct Tagging {
    std::vector<std::string> words;

    RunIds ids() const
    {
        RunIds ids;
        for (const std::string& word : words)
            if (isNumber(word)) ids.push_back(std::stoll(word));
        return ids;
    }
    std::vector<std::string> tags() const
    {
        std::vector<std::string> tags;
        std::ranges::copy_if(words, std::back_inserter(tags),
                             [](const std::string& word) { return !isNumber(word); });
        return tags;
    }

private:
    static bool isNumber(const std::string& word)
    {
        return !word.empty() && word.size() < 18 && word.find_first_not_of("0123456789") == std::string::npos;
    }
};

struct Note {
    RunId id = 0;
    std::string text;
    bool append = false, remove = false;
};

int tag(const RunsContext& context, const Tagging& tagging, bool adds)
{
    const RunIds ids = tagging.ids();
    const auto tags = tagging.tags();
    if (ids.empty() || tags.empty())
        return context.fail({ErrorCode::Usage,
                             "numbers of runs and tags were expected, as in `runs tag 3 4 baseline`",
                             "A tag cannot be a number alone."});
    auto store = context.open();
    if (!store) return context.fail(store.error());
    const auto done = adds ? store->labels().addTags(ids, tags) : store->labels().removeTags(ids, tags);
    if (!done) return context.fail(done.error());
    return context.print({{"runs", ids}, {adds ? "tagged" : "untagged", tags}},
                         fmt::format("{} {} {} {}\n", adds ? "Tagged" : "Untagged", fmt::join(ids, ", "),
                                     adds ? "with" : "from", fmt::join(tags, ", ")));
}

int note(const RunsContext& context, const Note& note)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    const auto run = store->run(note.id);
    if (!run) return context.fail(run.error());
    std::string text = note.text;
    if (text == "-") text.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (text.empty() && !note.remove)
        return context.print({{"run", note.id}, {"notes", run->notes}},
                             run->notes.empty() ? "No notes.\n" : run->notes + "\n");
    if (note.append && !run->notes.empty()) text = run->notes + "\n" + text;
    if (auto done = store->labels().setNotes(note.id, text); !done) return context.fail(done.error());
    return context.print({{"run", note.id}, {"notes", text}}, fmt::format("Noted for run {}.\n", note.id));
}

using Change = Status (*)(RunLabels labels, const RunIds& ids);
struct Labelling {
    const char *name, *summary, *done;
    Change change;
};

constexpr Labelling kLabellings[] = {
    {"pin", "Mark runs; the window shows them on top.", "Pinned",
     [](RunLabels labels, const RunIds& ids) { return labels.setPinned(ids, true); }},
    {"unpin", "Take the mark off.", "Unpinned",
     [](RunLabels labels, const RunIds& ids) { return labels.setPinned(ids, false); }},
    {"archive", "Keep runs, out of the lists.", "Archived",
     [](RunLabels labels, const RunIds& ids) { return labels.setArchived(ids, true); }},
    {"restore", "Bring deleted or archived runs back.", "Restored",
     [](RunLabels labels, const RunIds& ids) { return labels.restore(ids); }},
};

int label(const RunsContext& context, const RunIds& ids, const Labelling& labelling)
{
    auto store = context.open();
    if (!store) return context.fail(store.error());
    if (auto done = labelling.change(store->labels(), ids); !done) return context.fail(done.error());
    return context.print({{labelling.name, ids}},
                         fmt::format("{} {}.\n", labelling.done, fmt::join(ids, ", ")));
}

} // namespace

std::vector<Command> addRunsLabels(SharedRunsContext context)
{
    std::vector<Command> commands;
    for (const bool adds : {true, false}) {
        CLI::App* app =
            context->add(adds ? "tag" : "untag", adds ? "Put tags on runs." : "Take tags off runs.");
        auto tagging = std::make_shared<Tagging>();
        app->add_option("words", tagging->words, "Numbers of runs, and tags.")
            ->required()
            ->option_text("ID... TAG...");
        commands.push_back({app, [=] { return tag(*context, *tagging, adds); }});
    }
    CLI::App* app = context->add("note", "Show or write the notes of a run, Markdown.");
    auto written = std::make_shared<Note>();
    context->takesRuns(app->add_option("id", written->id, kRunHelp))->required()->option_text("ID");
    app->add_option("text", written->text, "In place of what stands there; - reads standard input.")
        ->option_text("TEXT");
    app->add_flag("--append", written->append, "Behind what stands there.");
    app->add_flag("--remove", written->remove, "Remove the notes.");
    commands.push_back({app, [=] { return note(*context, *written); }});
    for (const Labelling& labelling : kLabellings) {
        CLI::App* one = context->add(labelling.name, labelling.summary);
        auto ids = addRunIds(*context, *one, 1);
        commands.push_back({one, [context, ids, &labelling] { return label(*context, *ids, labelling); }});
    }
    return commands;
}

} // namespace boolab::cli
