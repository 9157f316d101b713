// SPDX-License-Identifier: Apache-2.0
#include "core/compare/svg_chart.h"

#include "core/jobs/text_format.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace boolab
{

namespace
{

constexpr double kWidth = 760, kHeight = 330;
constexpr double kLeft = 70, kRight = 744, kTop = 34, kBottom = 284;
constexpr std::size_t kBuckets = 330; // two points in each
constexpr const char* kFont = "font-family=\"sans-serif\" font-size=\"12\"";

struct Axis {
    double low = 0, high = 1, from = 0, to = 1;
    double place(double value) const { return from + (value - low) / (high - low) * (to - from); }
};

/// Lowest and highest of each bucket, in their order.
std::vector<SvgPoint> thinned(const std::vector<SvgPoint>& points)
{
    if (points.size() <= 2 * kBuckets) return points;
    std::vector<SvgPoint> kept;
    for (std::size_t b = 0; b < kBuckets; ++b) {
        const auto first = points.begin() + static_cast<std::ptrdiff_t>(b * points.size() / kBuckets);
        const auto last = points.begin() + static_cast<std::ptrdiff_t>((b + 1) * points.size() / kBuckets);
        auto [low, high] =
            std::minmax_element(first, last, [](const SvgPoint& a, const SvgPoint& b) { return a.y < b.y; });
        if (high < low) std::swap(low, high);
        kept.push_back(*low);
        if (high != low) kept.push_back(*high);
    }
    return kept;
}

class Drawing
{
public:
    explicit Drawing(const SvgChart& chart) : m_chart(chart)
    {
        double left = HUGE_VAL, right = -HUGE_VAL, low = HUGE_VAL, high = -HUGE_VAL;
        const auto take = [&](const SvgPoint& point) {
            if (!isDrawn(point)) return;
            left = std::min(left, point.x);
            right = std::max(right, point.x);
            low = std::min(low, onY(point.y));
            high = std::max(high, onY(point.y));
        };
        for (const auto& curve : chart.curves)
            std::ranges::for_each(curve.points, take);
        for (const auto& mark : chart.marks)
            take(mark.at);
        m_isEmpty = left > right;
        for (const auto& level : chart.levels) {
            if (!isDrawn({0, level.y})) continue;
            low = std::min(low, onY(level.y));
            high = std::max(high, onY(level.y));
        }
        m_x = spanning(left, right, chart.marks.empty() ? 0 : 0.08, kLeft, kRight);
        m_y = spanning(low, high, 0.06, kBottom, kTop);
    }

    std::string text()
    {
        m_text = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
                             "viewBox=\"0 0 {0} {1}\" {2}>",
                             kWidth, kHeight, kFont);
        m_text += fmt::format("<rect x=\"0\" y=\"0\" width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>", kWidth,
                              kHeight);
        put(8, 20, "start", "#222222", m_chart.title, true);
        if (m_isEmpty) {
            put(kWidth / 2, kHeight / 2, "middle", "#666666", "no values");
            return m_text + "</svg>";
        }
        axes();
        levels();
        for (const auto& curve : m_chart.curves)
            line(thinned(curve.points), curve.color, 1.8, {});
        if (m_chart.front.size() > 1) line(m_chart.front, "#444444", 1.2, "5 4");
        marks();
        legend();
        return m_text + "</svg>";
    }

private:
    bool isDrawn(const SvgPoint& point) const
    {
        return std::isfinite(point.x) && std::isfinite(point.y) && (!m_chart.logY || point.y > 0);
    }
    double onY(double y) const { return m_chart.logY ? std::log10(y) : y; }
    double xOf(const SvgPoint& point) const { return m_x.place(point.x); }
    double yOf(double y) const { return m_y.place(onY(y)); }

    static Axis spanning(double low, double high, double air, double from, double to)
    {
        if (low > high) return {0, 1, from, to};
        const double room = high > low ? (high - low) * air : std::max(1e-9, std::abs(high) * 0.1);
        return {low - room, high + room, from, to};
    }

    void put(double x, double y, const char* anchor, const char* color, const std::string& words,
             bool isBold = false)
    {
        m_text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\"{}>{}</text>", x,
                              y, anchor, color, isBold ? " font-weight=\"bold\"" : "", htmlEscaped(words));
    }

    void stroke(double x1, double y1, double x2, double y2, const char* color, const char* dashes = "")
    {
        m_text += fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"{}\" fill=\"none\"{}/>", x1,
                              y1, x2, y2, color,
                              *dashes ? fmt::format(" stroke-dasharray=\"{}\"", dashes) : std::string());
    }

    std::vector<double> yTicks() const
    {
        if (!m_chart.logY) return roundTicks(m_y.low, m_y.high, 7);
        std::vector<double> ticks;
        for (double power = std::floor(m_y.low); power <= m_y.high; ++power)
            for (const double factor : {1.0, 1.5, 2.0, 3.0, 5.0, 7.0})
                if (const double value = factor * std::pow(10, power);
                    std::log10(value) >= m_y.low && std::log10(value) <= m_y.high)
                    ticks.push_back(value);
        if (ticks.size() < 2) // less than one such step: the values themselves
            for (const double value : roundTicks(std::pow(10, m_y.low), std::pow(10, m_y.high), 6))
                if (value > 0) ticks.push_back(value);
        while (ticks.size() > 8) // every second one
            for (std::size_t i = 1; i < ticks.size(); ++i)
                ticks.erase(ticks.begin() + static_cast<std::ptrdiff_t>(i));
        std::ranges::sort(ticks);
        return ticks;
    }

    void axes()
    {
        for (const double tick : yTicks()) {
            stroke(kLeft, yOf(tick), kRight, yOf(tick), "#e4e4e4");
            put(kLeft - 6, yOf(tick) + 4, "end", "#555555", formatNumber(tick));
        }
        for (const double tick : roundTicks(m_x.low, m_x.high, 8)) {
            if (m_x.place(tick) > kRight - 30) continue; // the caption's place
            put(m_x.place(tick), kBottom + 16, "middle", "#555555", formatNumber(tick));
        }
        put(kRight, kBottom + 16, "end", "#555555", m_chart.xCaption);
    }

    void levels()
    {
        double free = -HUGE_VAL;
        std::vector<SvgChart::Level> sorted = m_chart.levels;
        std::erase_if(sorted, [&](const auto& level) { return !isDrawn({0, level.y}); });
        std::ranges::sort(sorted, {}, [&](const auto& level) { return yOf(level.y); });
        for (const auto& level : sorted) {
            stroke(kLeft, yOf(level.y), kRight, yOf(level.y), level.isStrong ? "#222222" : "#8a8a8a",
                   level.isStrong ? "6 3" : "2 3");
            const double at = yOf(level.y) - 3;
            if (level.isStrong) {
                put(kLeft + 4, at, "start", "#222222", level.name);
                continue;
            }
            if (at - free < 11) continue; // its name would lie on another's
            put(kRight - 4, at, "end", "#555555", level.name);
            free = at;
        }
    }

    void line(const std::vector<SvgPoint>& points, const std::string& color, double width,
              const std::string& dashes)
    {
        std::string path;
        bool isOpen = false;
        for (const SvgPoint& point : points) {
            if (isDrawn(point))
                path += fmt::format("{}{:.1f} {:.1f}", isOpen ? "L" : "M", xOf(point), yOf(point.y));
            isOpen = isDrawn(point);
        }
        if (path.empty()) return;
        m_text += fmt::format(
            "<path d=\"{}\" stroke=\"{}\" stroke-width=\"{}\" fill=\"none\"{}/>", path, color, width,
            dashes.empty() ? std::string() : fmt::format(" stroke-dasharray=\"{}\"", dashes));
    }

    void marks()
    {
        for (const auto& mark : m_chart.marks) {
            if (!isDrawn(mark.at)) continue;
            m_text += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\" fill=\"{}\" stroke=\"{}\" "
                                  "stroke-width=\"{}\"/>",
                                  xOf(mark.at), yOf(mark.at.y), mark.color,
                                  mark.isStrong ? "#222222" : "#ffffff", mark.isStrong ? 2 : 1);
            const bool isRight = xOf(mark.at) > (kLeft + kRight) / 2;
            put(xOf(mark.at) + (isRight ? -9 : 9), yOf(mark.at.y) - 7, isRight ? "end" : "start", "#333333",
                mark.name);
        }
    }

    void legend()
    {
        if (m_chart.curves.size() < 2) return;
        double x = kLeft;
        for (const auto& curve : m_chart.curves) {
            const double width = 26 + 6.6 * static_cast<double>(curve.name.size());
            if (x + width > kRight && x > kLeft) return; // the table of runs has the colours too
            m_text += fmt::format(
                "<path d=\"M{:.1f} {}L{:.1f} {}\" stroke=\"{}\" stroke-width=\"3\" fill=\"none\"/>", x,
                kHeight - 14, x + 14, kHeight - 14, curve.color);
            put(x + 18, kHeight - 10, "start", "#333333", curve.name);
            x += width;
        }
    }

    const SvgChart& m_chart;
    Axis m_x, m_y;
    bool m_isEmpty = false;
    std::string m_text;
};

} // namespace

std::string htmlEscaped(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            if (byte >= 0x20 || c == '\n' || c == '\t') escaped += c;
        }
    }
    return escaped;
}

std::vector<double> roundTicks(double low, double high, int limit)
{
    if (!(high > low) || limit < 1) return {};
    const double rough = (high - low) / limit;
    double step = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0})
        if (factor * step >= rough) {
            step *= factor;
            break;
        }
    std::vector<double> ticks;
    for (double k = std::ceil(low / step); k * step <= high; ++k)
        ticks.push_back(k == 0 ? 0 : k * step);
    return ticks;
}

std::string svgOf(const SvgChart& chart)
{
    return Drawing(chart).text();
}

} // namespace boolab
