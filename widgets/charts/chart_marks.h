// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_paint.h"

#include <functional>
#include <span>

namespace boolab::ui
{

/// Something that happened at a step: a vertical line through a chart with a flag on top.
struct ChartMark {
    double x = 0;
    int color = 0;
    bool isFaint = false; ///< happens often and as expected: a line only while few are in sight
    QString text;
};

using StepToPixel = std::function<double(double)>;

/// Those inside the plot; `marks` ascend in x.
void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                std::span<const ChartMark> marks, const StepToPixel& toPixel);
/// What stands within reach of a pixel, nearest first, at most three.
std::vector<const ChartMark*> marksNear(std::span<const ChartMark> marks, double pixel,
                                        const StepToPixel& toPixel);

} // namespace boolab::ui
