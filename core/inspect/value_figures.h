// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>

namespace boolab
{

/// What the numbers of a tensor are. Minimum, maximum and mean are those of the finite ones; 0 where there
/// are none.
struct ValueFigures {
    std::int64_t values = 0, nans = 0, infinities = 0;
    double minimum = 0, maximum = 0, meanAbs = 0;

    std::int64_t finite() const { return values - nans - infinities; }
    bool isFinite() const { return nans == 0 && infinities == 0; }
    /// As if `other`'s numbers had been among these.
    void add(const ValueFigures& other);
    friend bool operator==(const ValueFigures&, const ValueFigures&) = default;
};

ValueFigures figuresOf(std::span<const float> values);

nlohmann::json toJson(const ValueFigures& figures);
std::optional<ValueFigures> valueFiguresFrom(const nlohmann::json& json);

} // namespace boolab
