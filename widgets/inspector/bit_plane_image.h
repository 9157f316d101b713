// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/layer_inspection.h"

#include <QColor>
#include <QImage>

namespace boolab::ui
{

/// How a kernel's signs are drawn: `pixels` per sign and side, or, zoomed out, `signs` per pixel and side.
/// One of the two is 1.
struct BitPlaneZoom {
    int pixels = 1, signs = 1;

    double perSign() const { return static_cast<double>(pixels) / signs; }
    friend bool operator==(const BitPlaneZoom&, const BitPlaneZoom&) = default;
};

/// The part of a kernel's signs that begins at row `top`, column `left`, at most `size` pixels large. Where a
/// pixel stands for many signs it is shaded by their mean: full at three standard deviations of random signs,
/// so that rows, columns and blocks that are not random show. Pixels outside the matrix are transparent.
QImage bitPlaneImage(const LayerInspection& layer, std::int64_t kernel, std::int64_t top, std::int64_t left,
                     const QSize& size, BitPlaneZoom zoom, const QColor& plus, const QColor& minus);

/// The largest zoom, no larger than `most` pixels per sign, that shows rows x columns within `size`.
BitPlaneZoom fittingZoom(std::int64_t rows, std::int64_t columns, const QSize& size, int most);

} // namespace boolab::ui
