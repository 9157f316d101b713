// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QString>

namespace boolab::ui
{

/// A place on an axis and what stands there.
struct ChartTick {
    double at = 0;
    QString label;
};

/// Round places (1, 2 or 5 times a power of ten) inside [low, high], at most `limit` of them.
std::vector<ChartTick> linearTicks(double low, double high, int limit);
/// The same, but two where there would be one, which alone gives no scale.
std::vector<ChartTick> atLeastTwoTicks(double low, double high, int limit);
/// The same for an axis in log10: `low` and `high` and the places are exponents, the labels are values.
std::vector<ChartTick> logTicks(double low, double high, int limit);
/// A value for the eye: four significant digits, no exponent where that can be helped.
QString valueText(double value);

} // namespace boolab::ui
