// SPDX-License-Identifier: Apache-2.0
#include "app/cli/recorder_observer.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <thread>
#include <utility>

namespace boolab::cli
{

namespace
{

// A resume is felt as immediate, and a paused process uses no measurable time.
constexpr std::chrono::milliseconds kPausePoll{100};

std::int64_t bytesOf(const std::filesystem::path& path)
{
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
        const auto size = std::filesystem::file_size(path, error);
        return error ? 0 : static_cast<std::int64_t>(size);
    }
    std::int64_t total = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path, error))
        if (entry.is_regular_file(error)) total += static_cast<std::int64_t>(entry.file_size(error));
    return total;
}

} // namespace

RecorderObserver::RecorderObserver(RunRecorder& recorder, std::function<bool()> stopRequested,
                                   std::function<void(const std::string&)> announce)
    : m_recorder(recorder), m_stopRequested(std::move(stopRequested)), m_announce(std::move(announce))
{
}

void RecorderObserver::phase(const std::string& name, const std::string&)
{
    m_recorder.phase(name);
}

void RecorderObserver::log(const std::string& level, const std::string& text)
{
    m_recorder.log(level, text);
    (void)m_recorder.flush(); // where the database is locked, the rows stay in memory and the job goes on
}

void RecorderObserver::progress(std::int64_t done, std::int64_t total)
{
    m_step = done;
    m_recorder.progress(done, total);
}

void RecorderObserver::layerStats(std::int64_t step, const std::string& quantity,
                                  const std::vector<float>& values)
{
    m_recorder.layerStats(step, quantity, values);
}

void RecorderObserver::artifact(const std::string& kind, const std::string& path)
{
    m_recorder.artifact({kind, path, bytesOf(path)});
}

void RecorderObserver::event(std::int64_t step, const std::string& kind, const std::string& text)
{
    m_recorder.event(step, kind, text);
    m_recorder.log(kind == "rollback" ? "warning" : "info", fmt::format("step {}, {}: {}", step, kind, text));
}

void RecorderObserver::setPaused(bool paused)
{
    if (m_paused == paused) return;
    m_paused = paused;
    m_recorder.state(paused ? RunState::Paused : RunState::Running);
    m_recorder.log("info", paused ? "paused" : "resumed");
    m_announce(paused ? "paused on request" : "resumed on request");
}

void RecorderObserver::takeRequests()
{
    for (const RequestKind request : m_recorder.takeRequests()) {
        switch (request) {
        case RequestKind::Pause:
            setPaused(true);
            break;
        case RequestKind::Resume:
            setPaused(false);
            break;
        case RequestKind::Checkpoint:
            m_checkpoint = true;
            break;
        case RequestKind::Stop:
            m_stop = true;
            break;
        }
    }
}

JobObserver::Command RecorderObserver::command()
{
    takeRequests();
    while (m_paused && !m_stop && !m_checkpoint && !m_stopRequested()) {
        std::this_thread::sleep_for(kPausePoll);
        takeRequests();
    }
    if (m_stop) return Command::Stop;
    return std::exchange(m_checkpoint, false) ? Command::Checkpoint : Command::Continue;
}

} // namespace boolab::cli
