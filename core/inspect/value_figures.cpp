// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/value_figures.h"

#include "core/base/json_field.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace boolab
{

void ValueFigures::add(const ValueFigures& other)
{
    if (other.finite() > 0) {
        const bool first = finite() == 0;
        const auto mine = static_cast<double>(finite()), its = static_cast<double>(other.finite());
        minimum = first ? other.minimum : std::min(minimum, other.minimum);
        maximum = first ? other.maximum : std::max(maximum, other.maximum);
        meanAbs = (meanAbs * mine + other.meanAbs * its) / (mine + its);
    }
    values += other.values;
    nans += other.nans;
    infinities += other.infinities;
}

ValueFigures figuresOf(std::span<const float> values)
{
    ValueFigures figures{.values = static_cast<std::int64_t>(values.size())};
    double sum = 0;
    float least = INFINITY, most = -INFINITY;
    for (const float value : values) {
        if (!std::isfinite(value)) {
            ++(std::isnan(value) ? figures.nans : figures.infinities);
            continue;
        }
        least = std::min(least, value);
        most = std::max(most, value);
        sum += std::abs(static_cast<double>(value));
    }
    if (figures.finite() == 0) return figures;
    figures.minimum = static_cast<double>(least);
    figures.maximum = static_cast<double>(most);
    figures.meanAbs = sum / static_cast<double>(figures.finite());
    return figures;
}

nlohmann::json toJson(const ValueFigures& figures)
{
    return {{"count", figures.values},    {"nan", figures.nans},        {"inf", figures.infinities},
            {"minimum", figures.minimum}, {"maximum", figures.maximum}, {"mean_abs", figures.meanAbs}};
}

std::optional<ValueFigures> valueFiguresFrom(const nlohmann::json& json)
{
    if (!json.is_object()) return std::nullopt;
    return ValueFigures{.values = integerAt(json, "count"),
                        .nans = integerAt(json, "nan"),
                        .infinities = integerAt(json, "inf"),
                        .minimum = numberAt(json, "minimum").value_or(0),
                        .maximum = numberAt(json, "maximum").value_or(0),
                        .meanAbs = numberAt(json, "mean_abs").value_or(0)};
}

} // namespace boolab
