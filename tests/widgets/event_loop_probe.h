// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include <QObject>
#include <QTimer>

namespace boolab::test
{

/// The longest time that the event loop of this thread went without serving a 5 ms timer. A second thread
/// sleeps in the same rhythm: what holds up both is the machine's load and is not counted as ours.
class EventLoopProbe : public QObject
{
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kBeat{5};

    EventLoopProbe()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(kBeat);
        connect(&m_timer, &QTimer::timeout, this, [this] { beat(); });
    }

    ~EventLoopProbe() override { stop(); }

    void start()
    {
        m_last = Clock::now();
        m_timer.start();
        m_control = std::jthread([this](const std::stop_token& stop) { sleepInRhythm(stop); });
    }

    void stop()
    {
        m_timer.stop();
        m_control = {};
    }

    /// Milliseconds of the worst gap that the control thread did not share.
    double worstGapMs() const { return m_worst; }
    /// Milliseconds of the worst gap, the machine's load included.
    double worstRawGapMs() const { return m_worstRaw; }
    int beats() const { return m_beats; }

private:
    static double ms(Clock::duration duration)
    {
        return std::chrono::duration<double, std::milli>(duration).count();
    }

    void beat()
    {
        const auto now = Clock::now();
        const double gap = ms(now - m_last);
        const double lateness = m_controlLateness.exchange(0);
        m_worstRaw = std::max(m_worstRaw, gap);
        m_worst = std::max(m_worst, gap - lateness);
        m_last = now;
        ++m_beats;
    }

    /// Adds up by how much this thread woke up too late since the loop's last beat.
    void sleepInRhythm(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            const auto before = Clock::now();
            std::this_thread::sleep_for(kBeat);
            const double late = ms(Clock::now() - before - kBeat);
            if (late > 2) m_controlLateness = m_controlLateness + late;
        }
    }

    QTimer m_timer;
    std::jthread m_control;
    Clock::time_point m_last;
    std::atomic<double> m_controlLateness = 0;
    double m_worst = 0, m_worstRaw = 0;
    int m_beats = 0;
};

} // namespace boolab::test
