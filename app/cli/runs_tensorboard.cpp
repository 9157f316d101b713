// SPDX-License-Identifier: Apache-2.0
#include "app/cli/runs_tensorboard.h"

#include "core/base/atomic_write.h"
#include "core/formats/tensorboard_events.h"

#include <algorithm>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab::cli
{

namespace
{

/// What TensorBoard lists: the run's name with its number, which no other run has.
std::string folderName(const RunRecord& run)
{
    std::string name;
    for (const char c : run.name.substr(0, 80))
        name += c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? '_' : c;
    if (name.empty() || name.front() == '.') name.insert(0, "_");
    return fmt::format("{} ({})", name, run.id);
}

std::string markdownTable(const nlohmann::json& values, const char* heading)
{
    if (!values.is_object() || values.empty()) return {};
    std::string text = fmt::format("| {} | |\n|---|---|\n", heading);
    for (const auto& [key, value] : values.items())
        if (!value.is_structured())
            text += fmt::format("| {} | {} |\n", key,
                                value.is_string() ? value.get<std::string>() : value.dump());
    return text;
}

Result<std::string> eventsOf(const ExperimentStore& store, const RunRecord& run)
{
    struct Point {
        MetricPoint point;
        const std::string* name;
    };
    const auto names = store.metricNames(run.id);
    if (!names) return std::unexpected(names.error());
    std::vector<Point> all;
    for (const std::string& name : *names) {
        const auto points = store.metrics(run.id, name);
        if (!points) return std::unexpected(points.error());
        for (const MetricPoint& point : *points)
            all.push_back({point, &name});
    }
    // In the order in which they came: TensorBoard takes a step that goes back for a restart and drops what
    // came before.
    std::ranges::stable_sort(all, {}, [](const Point& one) { return one.point.step; });
    const double start = run.startedAt > 0 ? run.startedAt : run.createdAt;
    TensorboardEvents events(start);
    for (const auto& [tag, text] : {std::pair("job/text_summary", markdownTable(run.job, "setting")),
                                    std::pair("result/text_summary", markdownTable(run.result, "result")),
                                    std::pair("notes/text_summary", run.notes)})
        if (!text.empty()) events.text(start, 0, tag, text);
    for (const auto& [point, name] : all)
        events.scalar(point.time, point.step, *name, static_cast<float>(point.value));
    return events.bytes();
}

} // namespace

Result<std::vector<fs::path>> writeTensorboard(const ExperimentStore& store, std::span<const RunId> ids,
                                               const fs::path& folder, bool force)
{
    std::vector<fs::path> written;
    for (const RunId id : ids) {
        const auto run = store.run(id);
        if (!run) return std::unexpected(run.error());
        const fs::path place = folder / folderName(*run);
        std::error_code error;
        if (!force && fs::exists(place, error))
            return fail(ErrorCode::Usage, fmt::format("{}: is there already", place.string()),
                        "Name another folder with -o, or replace it with --force.");
        const auto events = eventsOf(store, *run);
        if (!events) return std::unexpected(events.error());
        auto whole = AtomicFolder::create(place);
        if (!whole) return std::unexpected(whole.error());
        const double start = run->startedAt > 0 ? run->startedAt : run->createdAt;
        const std::string file =
            fmt::format("events.out.tfevents.{:010}.{}.{}.0", static_cast<std::int64_t>(start),
                        run->host.empty() ? "boolab" : run->host, run->id);
        if (auto done = writeFileAtomically(whole->path() / file, *events); !done)
            return std::unexpected(done.error());
        if (auto done = whole->commit(); !done) return std::unexpected(done.error());
        written.push_back(place / file);
    }
    return written;
}

} // namespace boolab::cli
