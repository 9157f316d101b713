// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace boolab::ui
{

/// One point of a curve.
struct Sample {
    double x = 0, y = 0;
    friend bool operator==(const Sample&, const Sample&) = default;
};

} // namespace boolab::ui
