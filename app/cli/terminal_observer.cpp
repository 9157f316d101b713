// SPDX-License-Identifier: Apache-2.0
#include "app/cli/terminal_observer.h"

#include "app/cli/output.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace boolab::cli
{

namespace
{

using namespace std::chrono_literals;

constexpr auto kBarEvery = 100ms;
constexpr auto kLineEvery = 5s;
constexpr std::int64_t kFewSteps = 20; // as lines, each is told
constexpr int kBarCells = 24;
constexpr int kDefaultColumns = 80;

int terminalColumns()
{
    winsize size = {};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kDefaultColumns;
}

std::string bar(double share)
{
    const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * kBarCells);
    return fmt::format("[{:#<{}}{:.<{}}]", "", full, "", kBarCells - full);
}

} // namespace

TerminalObserver::~TerminalObserver()
{
    endPhase();
}

double TerminalObserver::secondsLeft() const
{
    if (m_done <= m_first) return -1;
    const double elapsed = std::chrono::duration<double>(Clock::now() - m_started).count();
    return elapsed / static_cast<double>(m_done - m_first) * static_cast<double>(m_total - m_done);
}

std::string TerminalObserver::status() const
{
    std::string text = fmt::format("{}/{} {}", m_done, m_total, m_unit);
    static constexpr std::pair<const char*, const char*> kShown[] = {{"loss", "loss"},
                                                                     {"perplexity", "perplexity"},
                                                                     {"relative_error", "error"},
                                                                     {"flip_rate", "flip rate"},
                                                                     {"tokens_per_second", "tokens/s"}};
    for (const auto& [name, shown] : kShown)
        if (const auto found = m_metrics.find(name); found != m_metrics.end())
            text += fmt::format("  {} {}", shown, formatNumber(found->second));
    if (m_done < m_total && m_done > m_first) text += fmt::format("  {} left", formatDuration(secondsLeft()));
    if (m_done >= m_total)
        text += fmt::format("  in {}",
                            formatDuration(std::chrono::duration<double>(Clock::now() - m_started).count()));
    return text;
}

void TerminalObserver::clearBar()
{
    if (m_barShown) printNote("\r\x1b[K");
    m_barShown = false;
}

void TerminalObserver::draw()
{
    m_drawn = Clock::now();
    if (!m_config.bar) {
        printNote(m_hasProgress ? fmt::format("{}: {}\n", m_phase, status()) : m_phase + "\n");
        return;
    }
    const double share = m_total > 0 ? static_cast<double>(m_done) / static_cast<double>(m_total) : 0;
    std::string line = m_phase;
    if (m_hasProgress) line += fmt::format(" {} {:3.0f} %  {}", bar(share), 100 * share, status());
    // A line that wraps could not be drawn over.
    line.resize(std::min<std::size_t>(line.size(), static_cast<std::size_t>(terminalColumns() - 1)));
    printNote("\r\x1b[K" + line);
    m_barShown = true;
}

void TerminalObserver::endPhase()
{
    if (!m_barShown) return;
    draw();
    printNote("\n");
    m_barShown = false;
}

void TerminalObserver::phase(const std::string& name, const std::string& unit)
{
    endPhase();
    m_phase = name;
    m_unit = unit;
    m_hasProgress = false;
    m_metrics.clear();
    m_first = m_done = m_total = 0;
    m_started = Clock::now();
    if (!m_config.quiet) draw();
}

void TerminalObserver::progress(std::int64_t done, std::int64_t total)
{
    if (!m_hasProgress) {
        m_started = m_drawn = Clock::now();
        // Where a resumed job goes on, or the first step of a job that does not say where it began.
        m_first = done > 1 ? done : 0;
        m_hasProgress = true;
    }
    const bool isTold = !m_config.bar && total <= kFewSteps && done > m_done;
    m_done = done;
    m_total = total;
    if (m_config.quiet) return;
    const auto every = m_config.bar ? Clock::duration(kBarEvery) : Clock::duration(kLineEvery);
    if (isTold || Clock::now() - m_drawn >= every || (done >= total && done > m_first)) draw();
}

void TerminalObserver::metric(std::int64_t, const std::string& name, double value)
{
    m_metrics[name] = value;
}

void TerminalObserver::note(const std::string& text)
{
    clearBar();
    printNote(text + "\n");
}

void TerminalObserver::log(const std::string& level, const std::string& text)
{
    if (level == "info") {
        if (!m_config.quiet) note(text);
    } else {
        note(level + ": " + text);
    }
}

void TerminalObserver::event(std::int64_t step, const std::string& kind, const std::string& text)
{
    log(kind == "rollback" ? "warning" : "info", fmt::format("step {}, {}: {}", step, kind, text));
}

void TerminalObserver::artifact(const std::string& kind, const std::string& path)
{
    if (!m_config.quiet && kind != "checkpoint") note(fmt::format("wrote {} {}", kind, path));
}

JobObserver::Command TerminalObserver::command()
{
    if (!m_config.stopRequested || !m_config.stopRequested()) return Command::Continue;
    if (!m_stopNoted && !m_config.quiet) note("stopping after this step (again: at once)");
    m_stopNoted = true;
    return Command::Stop;
}

} // namespace boolab::cli
