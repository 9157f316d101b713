// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/runs/run_update.h"

#include <QImage>
#include <QWidget>

namespace boolab::ui
{

class LineChart;

/// One run on one light sheet: names and results above, then its curves and its layers. Never shown, only
/// drawn.
class RunChartWidget : public QWidget
{
    Q_OBJECT

public:
    explicit RunChartWidget(const RunUpdate& update);
    QImage draw();

private:
    QWidget* makeTitle(const RunRecord& run) const;
    QWidget* makeCurves(const RunUpdate& update, const std::vector<std::pair<std::string, int>>& metrics,
                        const QString& title);
    QWidget* makeBars(const RunUpdate& update, const std::string& quantity, const QString& title) const;
    QWidget* makeFlips(const RunUpdate& update) const;

    std::vector<LineChart*> m_charts;
};

} // namespace boolab::ui
