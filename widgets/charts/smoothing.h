// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace boolab::ui
{

/// Exponential moving average without the pull of its start at zero (each value divided by the weight it has
/// gathered). `weight` in [0, 1): 0 gives the values back. A value that is not finite is passed through and
/// leaves no trace.
class ExponentialAverage
{
public:
    explicit ExponentialAverage(double weight) : m_weight(weight) {}
    double next(double value);

private:
    double m_weight;
    double m_sum = 0;
    double m_gathered = 0;
};

} // namespace boolab::ui
