// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace boolab::ui
{

/// Time left, from the pace of the last minutes of the phase that runs (phases count different things).
class EtaEstimator
{
public:
    void observe(double time, const std::string& phase, std::int64_t step, std::int64_t totalSteps);
    void clear();
    /// Seconds; nullopt until two different steps were seen.
    std::optional<double> secondsLeft() const;

private:
    struct Mark {
        double time;
        std::int64_t step;
    };
    std::string m_phase;
    std::deque<Mark> m_marks;
    std::int64_t m_total = 0;
};

} // namespace boolab::ui
