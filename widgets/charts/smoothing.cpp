// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/smoothing.h"

#include <cmath>

namespace boolab::ui
{

double ExponentialAverage::next(double value)
{
    if (!std::isfinite(value)) return value;
    m_sum = m_weight * m_sum + (1 - m_weight) * value;
    m_gathered = m_weight * m_gathered + (1 - m_weight);
    return m_sum / m_gathered;
}

} // namespace boolab::ui
