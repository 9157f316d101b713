// SPDX-License-Identifier: Apache-2.0
// Charts as SVG text, for reports that are one file. Plain shapes and attributes alone, as SVG Tiny has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace boolab
{

/// `text` inside HTML or SVG, also inside a quoted attribute.
std::string htmlEscaped(std::string_view text);

struct SvgPoint {
    double x = 0, y = 0;
};

struct SvgChart {
    struct Curve {
        std::string name, color;
        std::vector<SvgPoint> points; ///< ascending in x; what is not finite breaks the line
    };
    struct Mark {
        std::string name, color;
        SvgPoint at;
        bool isStrong = false; ///< a ring around it
    };
    struct Level {
        std::string name;
        double y = 0;
        bool isStrong = false; ///< darker, named at the left
    };

    std::string title = {}, xCaption = {};
    bool logY = false; ///< what is not positive is not drawn
    std::vector<Curve> curves = {};
    std::vector<Mark> marks = {};
    std::vector<SvgPoint> front = {}; ///< joined by a dashed line
    std::vector<Level> levels = {};   ///< lines over the whole width
};

/// 1, 2 or 5 times a power of ten inside [low, high], at most `limit`.
std::vector<double> roundTicks(double low, double high, int limit);
/// The <svg> element; long curves are thinned to what can be seen.
std::string svgOf(const SvgChart& chart);

} // namespace boolab
