// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/text_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

std::string scaled(double value, const std::array<const char*, 5>& units)
{
    std::size_t unit = 0;
    // 999.95 would be shown as 1000.0 of the smaller unit.
    while (std::abs(value) >= 999.95 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return unit == 0 ? fmt::format("{:.0f}{}", value, units[0]) : fmt::format("{:.1f}{}", value, units[unit]);
}

std::size_t width(const std::string& text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool isFigure(const std::string& cell)
{
    return cell.empty() || cell == "-" || (cell.front() >= '0' && cell.front() <= '9') ||
           cell.front() == '-' || cell.front() == '+';
}

} // namespace

std::string formatBytes(std::int64_t bytes)
{
    return scaled(static_cast<double>(bytes), {" B", " kB", " MB", " GB", " TB"});
}

std::string formatShortCount(std::int64_t count)
{
    return scaled(static_cast<double>(count), {"", " k", " M", " G", " T"});
}

std::optional<double> parseBytes(const std::string& text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0) return std::nullopt;
    std::string unit(end, text.data() + text.size());
    std::erase(unit, ' ');
    for (const auto& [name, factor] : {std::pair{"B", 1.0}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}})
        if (unit == name) return number * factor;
    return std::nullopt;
}

std::string formatCount(std::int64_t count)
{
    std::string digits = fmt::format("{}", count);
    const std::size_t first = count < 0 ? 1 : 0;
    for (std::size_t i = digits.size(); i > first + 3; i -= 3)
        digits.insert(i - 3, 1, ',');
    return digits;
}

std::string formatDuration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return "-";
    if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string formatNumber(double value)
{
    if (std::isfinite(value) && std::abs(value) >= 1000 && std::abs(value) < 1e7)
        return fmt::format("{:.0f}", value);
    return fmt::format("{:.4g}", value);
}

std::string csvField(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + "\"";
}

std::string textTable(const std::vector<std::vector<std::string>>& rows)
{
    std::size_t columns = 0;
    for (const auto& row : rows)
        columns = std::max(columns, row.size());
    std::vector<std::size_t> widths(columns, 0);
    std::vector<bool> figures(columns, true);
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
            widths[c] = std::max(widths[c], width(rows[r][c]));
            if (r > 0 && !isFigure(rows[r][c])) figures[c] = false;
        }
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line;
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
            const std::string padding(widths[c] - width(rows[r][c]), ' ');
            if (c > 0) line += "  ";
            line += figures[c] ? padding + rows[r][c] : rows[r][c] + padding;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
        if (r > 0) continue;
        for (std::size_t c = 0; c < columns; ++c)
            text += (c > 0 ? "  " : "") + std::string(widths[c], '-');
        text += "\n";
    }
    return text;
}

} // namespace boolab
