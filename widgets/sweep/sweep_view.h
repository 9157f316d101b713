// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/sweep/sweep_overview.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QTreeView;

namespace boolab::ui
{

class PointChart;
class SweepModel;

/// What a sweep has found so far: perplexity against bits or size, a line per method, the full-precision
/// level, and the same as a table that tells about points without a figure too. A click on a point opens its
/// run.
class SweepView : public QWidget
{
    Q_OBJECT

public:
    enum class Axis { BitsPerWeight, WholeFileBits, FileSize };

    explicit SweepView(QWidget* parent = nullptr);

    /// `runs`: any runs, those of the sweep among them.
    void setSweep(const RunRecord& sweep, const std::vector<RunRecord>& runs);
    void setAxis(Axis axis);
    PointChart* chart() const { return m_chart; }
    QTreeView* table() const { return m_table; }
    SweepModel* model() const { return m_model; }
    QString note() const;
    QString csv() const;

Q_SIGNALS:
    void runRequested(boolab::RunId id);
    void told(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeToolBar();
    void makeTable();
    void showChart();
    void showNote(const RunRecord& sweep);
    void open(const SweepEntry* entry);
    void offerRuns(const QPoint& place);
    void save();

    SweepOverview m_overview;
    QString m_name;
    std::vector<int> m_drawn; ///< index in the overview's points, of every point of the chart
    QComboBox* m_axis;
    QCheckBox* m_log;
    PointChart* m_chart;
    QTreeView* m_table;
    SweepModel* m_model;
    QLabel* m_note;
};

} // namespace boolab::ui
