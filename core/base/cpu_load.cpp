// SPDX-License-Identifier: Apache-2.0
#include "core/base/cpu_load.h"

#include <algorithm>
#include <sys/resource.h>
#include <thread>

namespace boolab
{

namespace
{

double secondsUsed()
{
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

CpuLoad::CpuLoad() : m_since(Clock::now()), m_used(secondsUsed()) {}

double CpuLoad::take()
{
    const auto now = Clock::now();
    const double used = secondsUsed();
    const double wall = std::chrono::duration<double>(now - m_since).count();
    const double cores = std::max(1U, std::thread::hardware_concurrency());
    const double load = wall > 0 ? (used - m_used) / (wall * cores) : 0;
    m_since = now;
    m_used = used;
    return std::clamp(load, 0.0, 1.0);
}

} // namespace boolab
