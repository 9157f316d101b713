// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <QString>

class QWidget;

namespace boolab::ui
{

class LineChart;

/// All samples as CSV: one row per step, a column per curve, an empty field where a curve has no value there.
QString chartCsv(const LineChart& chart);
/// Writes by the name's ending: .csv, .svg, else .png at twice the size on screen.
Status exportChart(LineChart& chart, const QString& file);

} // namespace boolab::ui
