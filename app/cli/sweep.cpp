// SPDX-License-Identifier: Apache-2.0
#include "app/cli/sweep.h"

#include "app/cli/execute_job.h"
#include "app/cli/output.h"
#include "app/cli/recorded_job.h"
#include "app/cli/stop_signals.h"
#include "app/cli/turn.h"
#include "core/base/atomic_write.h"
#include "core/base/system_info.h"
#include "core/jobs/sweep_figures.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab::cli
{

namespace
{

/// Lets a part of a sweep hear what is asked of the whole: pause and stop. It has no checkpoint of its own.
class AskedOfTheWhole final : public SilentObserver
{
public:
    explicit AskedOfTheWhole(JobObserver& whole) : m_whole(whole) {}
    Command command() override
    {
        return m_whole.command() == Command::Stop ? Command::Stop : Command::Continue;
    }

private:
    JobObserver& m_whole;
};

Status makeFolder(const fs::path& folder)
{
    if (auto free = checkSweepOutput(folder); !free) return free;
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(
            ErrorCode::Io,
            fmt::format("{}: the sweep's folder cannot be made: {}", folder.string(), error.message()),
            "Name another folder with --output.");
    return {};
}

} // namespace

Result<nlohmann::json> Sweep::play()
{
    const auto start = std::chrono::steady_clock::now();
    auto points = sweepPoints(m_job);
    if (!points) return std::unexpected(points.error());
    if (auto made = makeFolder(m_job.text("output")); !made) return std::unexpected(made.error());
    auto past = PastRuns::open(databaseOf(m_job.text("db")));
    if (!past) return std::unexpected(past.error());
    m_past = std::move(*past);
    auto parent = openParent(*points);
    if (!parent) return std::unexpected(parent.error());
    m_parent.emplace(std::move(*parent));
    m_asked.emplace(*m_parent, stopRequested, [this](const std::string& text) { m_terminal.note(text); });

    m_result = {{"run_id", m_parent->id()},
                {"output", m_job.text("output")},
                {"reference", nullptr},
                {"points", nlohmann::json::array()},
                {"failed", 0},
                {"reused", 0}};
    const Status status = begin(*points);
    m_result["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    endRun(*m_parent, status, m_result, m_terminal);
    if (!status) return std::unexpected(status.error());
    return m_result;
}

/// The same sweep goes on in its own run. Refused while it is being played.
Result<RunRecorder> Sweep::openParent(const std::vector<SweepPoint>& points)
{
    const fs::path database = databaseOf(m_job.text("db"));
    NewRun run = newRun(m_job);
    run.totalSteps = static_cast<std::int64_t>(points.size());
    const RunRecord* earlier = m_past->writerOf(m_job);
    if (earlier == nullptr) return RunRecorder::begin(database, run);
    const bool isPlayed = earlier->state == RunState::Running || earlier->state == RunState::Paused ||
                          earlier->state == RunState::Queued;
    if (isPlayed || PastRuns::isSame(*earlier, m_job))
        return RunRecorder::resume(database, earlier->id, 0, run.totalSteps, kBusyTimeout, run.queued);
    return RunRecorder::begin(database, run);
}

Status Sweep::begin(const std::vector<SweepPoint>& points)
{
    if (m_job.on("queue"))
        if (auto turn = waitForTurn(*m_parent, databaseOf(m_job.text("db")), m_terminal); !turn) return turn;
    return playAll(points);
}

Status Sweep::playAll(const std::vector<SweepPoint>& points)
{
    if (auto measured = measureReference(); !measured) return measured;
    for (std::size_t i = 0; i < points.size(); ++i) {
        m_parent->phase(points[i].name());
        m_parent->progress(static_cast<std::int64_t>(i), static_cast<std::int64_t>(points.size()));
        m_terminal.log("info", fmt::format("[{}/{}] {}", i + 1, points.size(), points[i].name()));
        if (m_asked->command() == JobObserver::Command::Stop || stopRequested())
            return fail(ErrorCode::Stopped, fmt::format("Stopped after {} of {} points.", i, points.size()),
                        "The same command goes on from there.");
        if (auto played = playPoint(points[i]); !played) {
            if (played.error().code != ErrorCode::Stopped) return played;
            return fail(ErrorCode::Stopped, fmt::format("Stopped after {} of {} points.", i, points.size()),
                        "The same command goes on from there.");
        }
    }
    const auto count = static_cast<std::int64_t>(points.size());
    m_parent->progress(count, count);
    if (m_result["failed"] == count)
        return fail(ErrorCode::Internal, fmt::format("none of the {} points could be measured: {}", count,
                                                     m_result["points"][0]["error"].value("message", "")));
    return {};
}

/// Where the full-precision model cannot be measured, no point can.
Status Sweep::measureReference()
{
    m_parent->phase("full precision");
    auto measured = part(evaluationOf(m_job, m_job.text("model"), "full precision"));
    if (!measured) return std::unexpected(measured.error());
    nlohmann::json& reference = m_result["reference"];
    reference = {
        {"method", "full precision"}, {"model", m_job.text("model")}, {"evaluate_run", measured->run}};
    const auto perplexity = measured->result.find("perplexity");
    const bool isKnown = perplexity != measured->result.end() && perplexity->is_number();
    addFigures(reference, {}, measured->result, isKnown ? perplexity->get<double>() : 0);
    for (const char* key : {"protocol", "windows", "tokens", "dtype"})
        if (measured->result.contains(key)) m_result[key] = measured->result[key];
    return write();
}

Status Sweep::playPoint(const SweepPoint& point)
{
    nlohmann::json figures = {{"method", point.method}, {"bits", point.bits}};
    if (auto measured = measure(point, figures); !measured) {
        const Error& error = measured.error();
        if (error.code == ErrorCode::Stopped) return measured;
        figures["error"] = errorJson(error);
        m_result["failed"] = m_result["failed"].get<int>() + 1;
        m_terminal.log("warning", fmt::format("{} failed: {}", point.name(), error.text()));
        m_parent->log("warning", fmt::format("{} failed: {}", point.name(), error.text()));
    }
    m_result["points"].push_back(std::move(figures));
    return write();
}

Status Sweep::measure(const SweepPoint& point, nlohmann::json& figures)
{
    const Job conversion = conversionOf(m_job, point);
    figures["model"] = conversion.text("output");
    auto converted = part(conversion);
    if (!converted) return std::unexpected(converted.error());
    figures["convert_run"] = converted->run;
    auto measured = part(evaluationOf(m_job, conversion.text("output"), point.name()));
    if (!measured) return std::unexpected(measured.error());
    figures["evaluate_run"] = measured->run;
    const auto& full = m_result["reference"]["perplexity"];
    addFigures(figures, converted->result, measured->result, full.is_number() ? full.get<double>() : 0);
    return {};
}

Result<Sweep::Part> Sweep::part(const Job& job)
{
    const RunRecord* done = m_past->finished(job);
    if (done == nullptr) return runPart(job);
    m_result["reused"] = m_result["reused"].get<int>() + 1;
    return Part{done->id, done->result};
}

Result<Sweep::Part> Sweep::runPart(const Job& job)
{
    if (auto checked = checkJob(job); !checked) return std::unexpected(checked.error());
    const fs::path database = databaseOf(job.text("db"));
    NewRun run = newRun(job);
    run.parent = m_parent->id();
    run.queued = false; // the sweep has waited
    const RunRecord* begun = m_past->unfinished(job, m_parent->id());
    auto recorder = begun != nullptr ? RunRecorder::resume(database, begun->id, 0, run.totalSteps)
                                     : RunRecorder::begin(database, run);
    if (!recorder) return std::unexpected(recorder.error());
    AskedOfTheWhole asked(*m_asked);
    auto result = runRecorded(job, *recorder, m_terminal, &asked);
    if (!result) return std::unexpected(result.error());
    return Part{recorder->id(), std::move(*result)};
}

/// The run's row is what the window follows and what a kill leaves; the files are for other programs.
Status Sweep::write()
{
    m_parent->result(m_result);
    const fs::path folder = m_job.text("output");
    nlohmann::json json = m_result;
    json["job"] = m_job.toJson();
    const std::string text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    if (auto written = writeFileAtomically(folder / "sweep.json", text); !written) return written;
    return writeFileAtomically(folder / "sweep.csv", sweepCsv(m_result));
}

} // namespace boolab::cli
