// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/allocation/plan_allocation.h"

#include <QWidget>

namespace boolab::ui
{

class AllocationPlan;
class LineChart;

/// What every budget would give under the plan's importance and pins: size of the file, and where the table
/// holds losses, the perplexity to expect. The plan's own budget is marked.
class BudgetCharts : public QWidget
{
    Q_OBJECT

public:
    explicit BudgetCharts(QWidget* parent = nullptr);

    void show(const AllocationPlan& plan);
    const LineChart& size() const { return *m_size; }
    const LineChart& loss() const { return *m_loss; }

private:
    void draw(const std::vector<Allocation>& curve);

    LineChart* m_size;
    LineChart* m_loss;
    QByteArray m_shown; ///< what the curves were made of
};

} // namespace boolab::ui
