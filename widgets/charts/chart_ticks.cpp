// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_ticks.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{
namespace
{

double niceInterval(double span, int limit)
{
    const double rough = span / std::max(1, limit);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= rough * 0.999) return factor * power;
    return 10 * power;
}

QString tickText(double value, double interval)
{
    const double magnitude = std::max(std::abs(value), interval);
    if (value == 0) return QStringLiteral("0");
    if (magnitude >= 1e6 || magnitude < 1e-4) return QString::number(value, 'g', 4);
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(interval) - 1e-9)));
    return QString::number(value, 'f', decimals);
}

} // namespace

std::vector<ChartTick> linearTicks(double low, double high, int limit)
{
    std::vector<ChartTick> ticks;
    if (!(high > low) || !std::isfinite(high - low)) return ticks;
    const double interval = niceInterval(high - low, limit);
    for (double k = std::ceil(low / interval - 1e-9); k * interval <= high + 1e-9 * interval; ++k)
        ticks.push_back({k * interval, tickText(k == 0 ? 0 : k * interval, interval)});
    return ticks;
}

std::vector<ChartTick> atLeastTwoTicks(double low, double high, int limit)
{
    const auto ticks = linearTicks(low, high, limit);
    return ticks.size() == 1 ? linearTicks(low, high, 2 * limit) : ticks;
}

std::vector<ChartTick> logTicks(double low, double high, int limit)
{
    std::vector<ChartTick> ticks;
    if (!(high > low) || !std::isfinite(high - low)) return ticks;
    if (high - low < 0.5) { // far less than a decade: round values, unevenly apart
        for (ChartTick tick : linearTicks(std::pow(10, low), std::pow(10, high), limit))
            ticks.push_back({std::log10(tick.at), tick.label});
        return ticks;
    }
    const auto stride = std::max(1, static_cast<int>(std::ceil((high - low) / std::max(1, limit))));
    const bool fine = (high - low) * 3 <= limit;
    for (int decade = static_cast<int>(std::floor(low)); decade <= high; decade += stride)
        for (const double factor : {1.0, 2.0, 5.0}) {
            if (factor > 1 && !fine) break;
            const double at = decade + std::log10(factor);
            if (at >= low - 1e-9 && at <= high + 1e-9) ticks.push_back({at, valueText(std::pow(10, at))});
        }
    return ticks;
}

QString valueText(double value)
{
    if (!std::isfinite(value)) return std::isnan(value) ? QStringLiteral("NaN") : QStringLiteral("∞");
    const double magnitude = std::abs(value);
    if (magnitude >= 1000 && magnitude < 1e9 && value == std::floor(value))
        return QString::number(value, 'f', 0);
    if (magnitude >= 1000 && magnitude < 1e7) return QString::number(value, 'f', 0);
    return QString::number(value, 'g', 4);
}

} // namespace boolab::ui
