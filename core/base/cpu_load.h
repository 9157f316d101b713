// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace boolab
{

/// How busy this process keeps the machine's cores.
class CpuLoad
{
public:
    using Clock = std::chrono::steady_clock;

    CpuLoad();
    /// Since the last take().
    Clock::duration elapsed() const { return Clock::now() - m_since; }
    /// Mean share of all cores since the last take(): 1 keeps every one of them busy.
    double take();

private:
    Clock::time_point m_since;
    double m_used; ///< seconds of all threads together
};

} // namespace boolab
