// SPDX-License-Identifier: Apache-2.0
// What the Machine page's charts show, with the texts beside and about each bar.
#pragma once

#include "widgets/charts/bar_chart.h"
#include "widgets/machine/bench_results.h"
#include "widgets/machine/model_sizes.h"

namespace boolab::ui
{

QStringList opSeries(int threads);
/// In Gw/s: 10^9 packed weights per second.
std::vector<BarGroup> opBars(const OpBench& bench);
QString opLimitText(const OpBench& bench);

/// In tokens per second.
std::vector<BarGroup> decodeBars(const DecodeBench& bench);
QString decodeLimitText(const DecodeBench& bench);

QStringList sizeSeries(const ModelSizes& sizes);
/// In MB.
std::vector<BarGroup> sizeBars(const ModelSizes& sizes);

} // namespace boolab::ui
