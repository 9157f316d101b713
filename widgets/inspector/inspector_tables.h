// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/inspector/inspection_reading.h"

namespace boolab::ui
{

/// A row per kernel: shares, errors, spreads of the scales, correlations. Empty fields where nothing is
/// known.
QString kernelsCsv(const InspectionReading& reading, const ProbeResult& probe);
/// A row per scale: kernel (from 1), side ("out", "in"), index (from 0), value.
QString scalesCsv(const LayerInspection& layer);
/// "1536 × 576 · K = 3 · 334.1 kB · 3.14 bits per weight with scales · 5.85 over the whole file · 98.4 MB".
QString layerLine(const LayerInspection& layer);

} // namespace boolab::ui
