// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/eta.h"

namespace boolab::ui
{
namespace
{

constexpr double kWindowSeconds = 180;

} // namespace

void EtaEstimator::observe(double time, const std::string& phase, std::int64_t step, std::int64_t totalSteps)
{
    if (phase != m_phase || totalSteps != m_total || (!m_marks.empty() && step < m_marks.back().step))
        clear();
    m_phase = phase;
    m_total = totalSteps;
    if (!m_marks.empty() && (step == m_marks.back().step || time <= m_marks.back().time)) return;
    m_marks.push_back({time, step});
    while (m_marks.size() > 2 && time - m_marks.front().time > kWindowSeconds)
        m_marks.pop_front();
}

void EtaEstimator::clear()
{
    *this = EtaEstimator();
}

std::optional<double> EtaEstimator::secondsLeft() const
{
    if (m_marks.size() < 2 || m_total <= 0) return std::nullopt;
    const auto& [firstTime, firstStep] = m_marks.front();
    const auto& [lastTime, lastStep] = m_marks.back();
    return static_cast<double>(m_total - lastStep) * (lastTime - firstTime) /
           static_cast<double>(lastStep - firstStep);
}

} // namespace boolab::ui
