// SPDX-License-Identifier: Apache-2.0
// The table metric_summaries: last, lowest and highest value of every curve, kept beside the curves.
#pragma once

#include "core/store/records.h"
#include "core/store/sqlite.h"

#include <map>

namespace boolab
{

/// What a batch of points does to the summaries of one run's curves; points in any order.
class SummaryUpdate
{
public:
    void add(std::int64_t metricId, const MetricPoint& point);
    Status write(sqlite::Connection& connection, RunId run) const;

private:
    struct Figures {
        MetricPoint last;
        std::optional<double> lowest, highest;
    };
    std::map<std::int64_t, Figures> m_metrics;
};

/// From the curves themselves: where steps were dropped or written twice.
Status rebuildSummaries(sqlite::Connection& connection, RunId run);

/// By run.
using SummaryTable = std::map<RunId, std::vector<MetricSummary>>;
Result<SummaryTable> selectSummaries(sqlite::Connection& connection);
Result<std::vector<MetricSummary>> selectSummaries(sqlite::Connection& connection, RunId run);

} // namespace boolab
