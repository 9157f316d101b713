// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_recorder.h"

#include "core/base/cpu_load.h"
#include "core/base/gpu_load.h"
#include "core/base/system_info.h"
#include "core/store/database.h"
#include "core/store/metric_summaries.h"
#include "core/store/process_identity.h"
#include "core/store/run_batch.h"
#include "core/store/run_rows.h"

#include <algorithm>
#include <bit>
#include <condition_variable>
#include <csignal>
#include <fmt/format.h>
#include <iterator>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace boolab
{

using sqlite::Connection;
using sqlite::Transaction;
using Clock = std::chrono::steady_clock;

namespace
{

/// Rows become visible, and requests are read, this often.
constexpr std::chrono::milliseconds kWriteInterval{250};
constexpr std::chrono::seconds kHeartbeatInterval{1};
/// The end of a run is worth waiting out a lock for, of minutes (each try waits for the busy timeout
/// besides).
constexpr int kEndTries = 24;
/// An engine on another machine whose clock is not ours writes a heartbeat within this, if it lives.
constexpr std::chrono::milliseconds kSignOfLife{3000};
constexpr const char* kDefaultProject = "default";

Result<RunId> insertRun(Connection& db, const NewRun& run)
{
    const double now = unixNow();
    const std::string project = run.project.empty() ? kDefaultProject : run.project;
    if (auto s = db.run("INSERT OR IGNORE INTO projects(name, created_at) VALUES (?1, ?2)", project, now); !s)
        return std::unexpected(s.error());
    auto inserted = db.run(
        "INSERT INTO runs(project_id, kind, name, state, job, versions, device, dtype, seed, host, pid, "
        "process, "
        "total_steps, created_at, started_at, queued_at, heartbeat_at, resumed_from, parent_id) VALUES ("
        "(SELECT id FROM projects WHERE name = ?1), ?2, ?3, ?16, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
        "?12, ?13, ?17, ?18, ?13, ?14, ?15)",
        project, run.kind, run.name, jsonColumn(run.job), jsonColumn(run.versions), run.device, run.dtype,
        std::bit_cast<std::int64_t>(run.seed), hostName(), getpid(), processIdentity(getpid()),
        run.totalSteps, now, run.resumedFrom, run.parent,
        nameOf(run.queued ? RunState::Queued : RunState::Running),
        run.queued ? std::nullopt : std::optional(now), run.queued ? std::optional(now) : std::nullopt);
    if (!inserted) return std::unexpected(inserted.error());
    const RunId id = db.lastInsertId();
    if (auto s = db.run("UPDATE runs SET name = kind || ' ' || id WHERE id = ?1 AND name = ''", id); !s)
        return std::unexpected(s.error());
    return id;
}

Status checkResumable(const RunRecord& run, std::int64_t fromStep, std::int64_t totalSteps)
{
    if (isOpen(run.state))
        return fail(ErrorCode::Usage,
                    fmt::format("run {} ({}) is still {} (process {} on {})", run.id, run.name,
                                nameOf(run.state), run.pid, run.host),
                    "Stop it first.");
    if (run.state == RunState::Done && totalSteps <= fromStep)
        return fail(ErrorCode::Usage,
                    fmt::format("run {} ({}) is done with its {} steps", run.id, run.name, fromStep),
                    "Ask for more steps to go on.");
    return {};
}

Status claimRun(Connection& db, const RunRecord& run, std::int64_t fromStep, std::int64_t totalSteps,
                bool queued)
{
    const double now = unixNow();
    const RunId id = run.id;
    for (const char* sql : {"DELETE FROM metrics WHERE run_id = ?1 AND step > ?2",
                            "DELETE FROM layer_stats WHERE run_id = ?1 AND step > ?2",
                            "DELETE FROM run_events WHERE run_id = ?1 AND step > ?2",
                            "DELETE FROM text_samples WHERE run_id = ?1 AND step > ?2",
                            "DELETE FROM requests WHERE run_id = ?1 AND taken_step > ?2"})
        if (auto s = db.run(sql, id, fromStep); !s) return s;
    if (auto s = rebuildSummaries(db, id); !s) return s;
    if (auto s = db.run("DELETE FROM requests WHERE run_id = ?1 AND taken_at IS NULL", id); !s) return s;
    // An extended run that is stopped once more goes on to its new end.
    if (auto s = db.run("UPDATE runs SET job = json_set(job, '$.steps', ?2) WHERE id = ?1 "
                        "AND kind = 'finetune' AND json_valid(job)",
                        id, totalSteps);
        !s)
        return s;
    if (auto s = db.run("INSERT INTO logs(run_id, time, level, text) VALUES (?1, ?2, 'info', ?3)", id, now,
                        fmt::format("Resumed from step {}", fromStep));
        !s)
        return s;
    return db.run(
        "UPDATE runs SET state = ?8, host = ?2, pid = ?3, process = ?4, step = ?5, total_steps = ?6, "
        "resumed_at = CASE WHEN started_at IS NULL THEN NULL ELSE ?7 END, "
        "started_at = CASE WHEN ?8 = 'queued' THEN started_at ELSE coalesce(started_at, ?7) END, "
        "queued_at = CASE WHEN ?8 = 'queued' THEN ?7 ELSE queued_at END, seconds_before = ?9, "
        "heartbeat_at = ?7, ended_at = NULL, message = '', result = NULL WHERE id = ?1",
        id, hostName(), getpid(), processIdentity(getpid()), fromStep, totalSteps, now,
        nameOf(queued ? RunState::Queued : RunState::Running), std::max(0.0, secondsAtWork(run)));
}

/// A run that seems interrupted only because its process is out of sight and its machine's clock another one:
/// its heartbeat moves.
Status refuseIfBeating(Connection& db, RunId id)
{
    const auto before = selectRun(db, id);
    if (!before) return std::unexpected(before.error());
    if (before->state != RunState::Interrupted || before->host == hostName()) return {};
    std::this_thread::sleep_for(kSignOfLife);
    const auto after = selectRun(db, id);
    if (!after) return std::unexpected(after.error());
    if (after->heartbeatAt == before->heartbeatAt) return {};
    return fail(ErrorCode::Usage,
                fmt::format("run {} ({}) goes on (process {} on {}, whose clock is not this machine's)", id,
                            after->name, after->pid, after->host),
                "Stop it first, and set the clocks right.");
}

} // namespace

struct RunRecorder::Impl {
    Impl(Connection connection, RunId run, const std::string& device)
        : id(run), out(std::move(connection), run), gpu(GpuLoad::open(device))
    {
        // Signals stay with the threads of the engine, which wait for them.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        writer = std::thread([this] { writeLoop(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    ~Impl()
    {
        {
            std::scoped_lock lock(mutex);
            stopping = true;
        }
        wake.notify_all();
        writer.join();
        if (!out.hasEnded()) (void)out.release();
    }

    template <class Change> void queue(Change change)
    {
        std::scoped_lock lock(mutex);
        change(queued);
    }

    Status flush()
    {
        std::unique_lock lock(mutex);
        const std::uint64_t wanted = ++flushWanted;
        wake.notify_all();
        written.wait(lock, [&] { return flushTried >= wanted; });
        return status ? lost : status;
    }

    void writeLoop()
    {
        RunBatch batch;
        Clock::time_point lastWrite{};
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait_for(lock, kWriteInterval, [&] { return stopping || flushWanted != flushTried; });
            measureLoad();
            batch.append(std::exchange(queued, {}));
            const std::uint64_t wanted = flushWanted;
            const bool last = stopping;
            lock.unlock();

            auto taken = writeIfDue(batch, lastWrite);

            lock.lock();
            if (taken) {
                std::ranges::move(taken->kinds, std::back_inserter(requests));
                std::ranges::move(taken->settings, std::back_inserter(settings));
            }
            status = taken ? Status() : Status(std::unexpected(taken.error()));
            if (!taken && taken.error().code == ErrorCode::Internal) lost = status;
            flushTried = wanted;
            written.notify_all();
            if (last) return;
        }
    }

    /// At the step of the newest metric, once per heartbeat; nothing while no step is finished, so that a
    /// point stands for the whole step.
    void measureLoad()
    {
        if (!queued.metrics.empty()) newestStep = queued.metrics.back().point.step;
        if (newestStep == loadStep || queued.end || load.elapsed() < kHeartbeatInterval) return;
        loadStep = newestStep;
        queued.metrics.push_back({"cpu_load", {newestStep, load.take(), unixNow()}});
        const auto reading = gpu ? gpu->read() : std::nullopt;
        if (!reading) return;
        queued.metrics.push_back({"gpu_load", {newestStep, reading->load, unixNow()}});
        queued.metrics.push_back(
            {"gpu_memory_bytes", {newestStep, static_cast<double>(reading->memoryBytes), unixNow()}});
    }

    /// A lock or a full disk keeps the batch for the next try; an error that trying cannot cure drops it.
    Result<RunRequests> writeIfDue(RunBatch& batch, Clock::time_point& lastWrite)
    {
        const bool heartbeat = !out.hasEnded() && Clock::now() - lastWrite >= kHeartbeatInterval;
        if (batch.isEmpty() && !heartbeat) {
            const auto asked = out.hasRequests();
            if (!asked) return std::unexpected(asked.error());
            if (!*asked) return RunRequests();
        }
        auto taken = out.write(batch);
        if (taken || taken.error().code == ErrorCode::Internal) batch = {};
        if (taken) lastWrite = Clock::now();
        return taken;
    }

    const RunId id;
    RunBatchWriter out; ///< this and what follows are of the writer thread, once that runs
    CpuLoad load;
    std::unique_ptr<GpuLoad> gpu;              ///< of the run's device; null on the CPU
    std::int64_t newestStep = 0, loadStep = 0; ///< of metrics

    std::mutex mutex; ///< guards everything below
    std::condition_variable wake, written;
    RunBatch queued;
    std::vector<RequestKind> requests;
    std::vector<RunRequests::Setting> settings;
    Status status; ///< of the last try
    Status lost;   ///< why rows were dropped, for good
    std::uint64_t flushWanted = 0, flushTried = 0;
    bool stopping = false;
    std::thread writer;
};

RunRecorder::RunRecorder(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
RunRecorder::RunRecorder(RunRecorder&&) noexcept = default;
RunRecorder& RunRecorder::operator=(RunRecorder&&) noexcept = default;
RunRecorder::~RunRecorder() = default;

Result<RunRecorder> RunRecorder::begin(const std::filesystem::path& database, const NewRun& run,
                                       std::chrono::milliseconds busyTimeout)
{
    auto db = openDatabase(database, busyTimeout);
    if (!db) return std::unexpected(db.error());
    auto transaction = Transaction::begin(*db);
    if (!transaction) return std::unexpected(transaction.error());
    const auto id = insertRun(*db, run);
    if (!id) return std::unexpected(id.error());
    if (auto s = transaction->commit(); !s) return std::unexpected(s.error());
    return RunRecorder(std::make_unique<Impl>(std::move(*db), *id, run.device));
}

Result<RunRecorder> RunRecorder::resume(const std::filesystem::path& database, RunId id,
                                        std::int64_t fromStep, std::int64_t totalSteps,
                                        std::chrono::milliseconds busyTimeout, bool queued)
{
    auto db = openDatabase(database, busyTimeout);
    if (!db) return std::unexpected(db.error());
    if (auto silent = refuseIfBeating(*db, id); !silent) return std::unexpected(silent.error());
    // Judged and claimed under one lock: of two engines that resume the same run, one is refused.
    auto transaction = Transaction::begin(*db);
    if (!transaction) return std::unexpected(transaction.error());
    const auto run = selectRun(*db, id);
    if (!run) return std::unexpected(run.error());
    if (auto s = checkResumable(*run, fromStep, totalSteps); !s) return std::unexpected(s.error());
    if (auto s = claimRun(*db, *run, fromStep, totalSteps, queued); !s) return std::unexpected(s.error());
    if (auto s = transaction->commit(); !s) return std::unexpected(s.error());
    return RunRecorder(std::make_unique<Impl>(std::move(*db), id, run->device));
}

RunId RunRecorder::id() const
{
    return m_impl->id;
}

void RunRecorder::phase(const std::string& name)
{
    m_impl->queue([&](RunBatch& batch) { batch.phase = name; });
}

void RunRecorder::progress(std::int64_t step, std::int64_t totalSteps)
{
    m_impl->queue([&](RunBatch& batch) {
        batch.step = step;
        batch.totalSteps = totalSteps;
    });
}

void RunRecorder::metric(std::int64_t step, const std::string& name, double value)
{
    const MetricPoint point{step, value, unixNow()};
    m_impl->queue([&](RunBatch& batch) { batch.metrics.push_back({name, point}); });
}

void RunRecorder::layers(const std::vector<std::string>& names)
{
    m_impl->queue([&](RunBatch& batch) { batch.layers = names; });
}

void RunRecorder::layerStats(std::int64_t step, const std::string& quantity, std::vector<float> values)
{
    m_impl->queue([&](RunBatch& batch) { batch.layerStats.push_back({step, quantity, std::move(values)}); });
}

void RunRecorder::log(const std::string& level, const std::string& text)
{
    const double now = unixNow();
    m_impl->queue([&](RunBatch& batch) { batch.logs.push_back({0, now, level, text}); });
}

void RunRecorder::event(std::int64_t step, const std::string& kind, const std::string& text)
{
    const double now = unixNow();
    m_impl->queue([&](RunBatch& batch) { batch.events.push_back({0, step, now, kind, text}); });
}

void RunRecorder::sample(std::int64_t step, const TextSample& sample)
{
    const double now = unixNow();
    m_impl->queue([&](RunBatch& batch) {
        batch.samples.push_back({0, step, now, sample.prompt, sample.teacher, sample.student});
    });
}

void RunRecorder::artifact(const Artifact& artifact)
{
    m_impl->queue([&](RunBatch& batch) { batch.artifacts.push_back(artifact); });
}

void RunRecorder::state(RunState state)
{
    if (isOpen(state)) m_impl->queue([&](RunBatch& batch) { batch.state = state; });
}

void RunRecorder::result(const nlohmann::json& result)
{
    m_impl->queue([&](RunBatch& batch) { batch.result = result; });
}

std::vector<RequestKind> RunRecorder::takeRequests()
{
    std::scoped_lock lock(m_impl->mutex);
    return std::exchange(m_impl->requests, {});
}

std::vector<SettingChange> RunRecorder::takeSettings(std::int64_t step)
{
    std::scoped_lock lock(m_impl->mutex);
    std::vector<SettingChange> changes;
    for (RunRequests::Setting& setting : std::exchange(m_impl->settings, {})) {
        m_impl->queued.taken.push_back({setting.request, step});
        changes.push_back(std::move(setting.change));
    }
    return changes;
}

Status RunRecorder::end(RunState state, const std::string& message, const nlohmann::json& result)
{
    if (state != RunState::Done && state != RunState::Failed && state != RunState::Stopped)
        return fail(ErrorCode::Internal, fmt::format("a run cannot end as {}", nameOf(state)),
                    "Please report this.");
    m_impl->queue([&](RunBatch& batch) { batch.end = RunBatch::End{state, message, result}; });
    Status ended = flush();
    for (int tries = 1; !ended && tries < kEndTries; ++tries)
        ended = flush();
    return ended;
}

Status RunRecorder::flush()
{
    return m_impl->flush();
}

} // namespace boolab
