// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/bit_plane_image.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace boolab::ui
{

namespace
{

using Shades = std::array<QRgb, 256>;

/// From `minus` at 0 to `plus` at 255.
Shades shadesBetween(const QColor& minus, const QColor& plus)
{
    Shades shades{};
    for (std::size_t i = 0; i < shades.size(); ++i) {
        const float t = static_cast<float>(i) / 255;
        const auto mix = [t](float from, float to) { return from + (to - from) * t; };
        shades[i] = QColor::fromRgbF(mix(minus.redF(), plus.redF()), mix(minus.greenF(), plus.greenF()),
                                     mix(minus.blueF(), plus.blueF()))
                        .rgb();
    }
    return shades;
}

/// +1 among the columns from `first` to before `end` of a row.
std::int64_t countPlus(std::span<const std::uint8_t> row, std::int64_t first, std::int64_t end)
{
    std::int64_t plus = 0;
    for (std::int64_t column = first; column < end;) {
        const std::int64_t bit = column % 8, count = std::min<std::int64_t>(8 - bit, end - column);
        const unsigned mask = ((1U << count) - 1U) << bit;
        plus += std::popcount(row[static_cast<std::size_t>(column / 8)] & mask);
        column += count;
    }
    return plus;
}

QRgb shadeOf(std::int64_t plus, std::int64_t count, const Shades& shades)
{
    if (count == 1) return shades[plus > 0 ? 255 : 0];
    const auto signs = static_cast<double>(count);
    const double deviations = (2 * static_cast<double>(plus) - signs) / std::sqrt(signs);
    return shades[static_cast<std::size_t>(std::clamp(127.5 + deviations / 3 * 127.5, 0.0, 255.0))];
}

} // namespace

QImage bitPlaneImage(const LayerInspection& layer, std::int64_t kernel, std::int64_t top, std::int64_t left,
                     const QSize& size, BitPlaneZoom zoom, const QColor& plus, const QColor& minus)
{
    const std::int64_t step = zoom.signs, rows = layer.outFeatures, columns = layer.inFeatures;
    const auto cells = [&](std::int64_t from, std::int64_t all, int pixels) {
        const std::int64_t there = (all - from + step - 1) / step,
                           room = (pixels + zoom.pixels - 1) / zoom.pixels;
        return std::max<std::int64_t>(0, std::min(there, room));
    };
    const std::int64_t height = cells(top, rows, size.height()), width = cells(left, columns, size.width());
    QImage image(static_cast<int>(width), static_cast<int>(height), QImage::Format_RGB32);
    const Shades shades = shadesBetween(minus, plus);
    for (std::int64_t y = 0; y < height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(static_cast<int>(y)));
        const std::int64_t firstRow = top + y * step, endRow = std::min(rows, firstRow + step);
        for (std::int64_t x = 0; x < width; ++x) {
            const std::int64_t first = left + x * step, end = std::min(columns, first + step);
            std::int64_t count = 0;
            for (std::int64_t row = firstRow; row < endRow; ++row)
                count += countPlus(layer.row(kernel, row), first, end);
            line[x] = shadeOf(count, (endRow - firstRow) * (end - first), shades);
        }
    }
    if (zoom.pixels == 1 || image.isNull()) return image;
    return image.scaled(image.size() * zoom.pixels, Qt::IgnoreAspectRatio, Qt::FastTransformation);
}

BitPlaneZoom fittingZoom(std::int64_t rows, std::int64_t columns, const QSize& size, int most)
{
    const std::int64_t height = std::max(1, size.height()), width = std::max(1, size.width());
    if (rows <= height && columns <= width)
        return {static_cast<int>(std::min<std::int64_t>({height / rows, width / columns, most})), 1};
    return {1, static_cast<int>(std::max((rows + height - 1) / height, (columns + width - 1) / width))};
}

} // namespace boolab::ui
