// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/runs/run_update.h"

#include <optional>

#include <QImage>
#include <QWidget>

class QHBoxLayout;

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
    /// `kernels`: of every layer, where they have the same.
    QWidget* makeTitle(const RunRecord& run, std::optional<int> kernels) const;
    QWidget* makeLayers(const RunUpdate& update) const;
    QHBoxLayout* makeTraining(const RunUpdate& update);
    QWidget* makeCurves(const RunUpdate& update, const std::vector<std::pair<std::string, int>>& metrics,
                        const QString& title);
    QWidget* makeBars(const RunUpdate& update, const std::string& quantity, const QString& title) const;
    QWidget* makeFlips(const RunUpdate& update) const;

    std::vector<LineChart*> m_charts;
};

} // namespace boolab::ui
