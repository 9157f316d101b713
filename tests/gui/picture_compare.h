// SPDX-License-Identifier: Apache-2.0
// Pictures against kept ones, small enough for the repository and coarse enough for another machine's digits.
#pragma once

#include <QImage>

namespace boolab::ui::test
{

inline constexpr QSize kPictureSize(160, 100);

/// A page at 1280 x 800 as it is kept.
inline QImage reduced(const QImage& page)
{
    return page.scaled(kPictureSize, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
        .convertToFormat(QImage::Format_Grayscale8);
}

/// Mean difference of the 10 x 10 block that differs most, in grey levels; 255 where the sizes differ.
inline double largestBlockDifference(const QImage& a, const QImage& b)
{
    constexpr int kBlock = 10;
    if (a.size() != b.size()) return 255;
    double largest = 0;
    for (int top = 0; top + kBlock <= a.height(); top += kBlock)
        for (int left = 0; left + kBlock <= a.width(); left += kBlock) {
            int sum = 0;
            for (int y = top; y < top + kBlock; ++y)
                for (int x = left; x < left + kBlock; ++x)
                    sum += std::abs(int{a.constScanLine(y)[x]} - int{b.constScanLine(y)[x]});
            largest = std::max(largest, sum / static_cast<double>(kBlock * kBlock));
        }
    return largest;
}

} // namespace boolab::ui::test
