// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/sample.h"
#include "widgets/runs/run_update.h"

#include <map>

#include <QWidget>

class QCheckBox;
class QComboBox;
class QSlider;

namespace boolab::ui
{

class LineChart;

/// The curves of a run: the losses on one chart, the flip rate, and one more of the user's choice; all three
/// share the zoom.
class RunCharts : public QWidget
{
    Q_OBJECT

public:
    explicit RunCharts(QWidget* parent = nullptr);
    void clear();
    void update(const RunUpdate& update);

    LineChart* lossChart() const { return m_loss; }
    LineChart* flipChart() const { return m_flips; }
    LineChart* otherChart() const { return m_other; }

Q_SIGNALS:
    void told(const QString& text);

private:
    QWidget* makeToolBar();
    void shareZoom();
    void append(const std::string& name, const std::vector<Sample>& samples);
    void offer(const std::string& name);
    void showOther();
    void explainEmpty(const RunRecord& run);
    void saveChart(LineChart* chart);
    std::vector<LineChart*> charts() const { return {m_loss, m_flips, m_other}; }

    LineChart *m_loss, *m_flips, *m_other;
    QComboBox* m_choice;
    QSlider* m_smoothing;
    QCheckBox* m_log;
    std::map<std::string, int> m_lossCurves;
    std::map<std::string, std::vector<Sample>> m_samples; ///< of what m_other can show
    int m_flipCurve = -1;
};

} // namespace boolab::ui
