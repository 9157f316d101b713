// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_marks.h"
#include "widgets/charts/line_chart.h"
#include "widgets/runs/run_chart_list.h"
#include "widgets/runs/run_update.h"

#include <map>

#include <QWidget>

class QButtonGroup;
class QCheckBox;
class QGridLayout;
class QMenu;
class QSlider;

namespace boolab::ui
{

class LayerHeatmap;

/// The curves of a run, a group of charts at a time. All charts share the steps that they show, and what
/// happened stands as a mark on each.
class RunCharts : public QWidget
{
    Q_OBJECT

public:
    explicit RunCharts(QWidget* parent = nullptr);
    void clear();
    void update(const RunUpdate& update);

    void setGroup(ChartGroup group);
    ChartGroup group() const { return m_group; }
    QButtonGroup* groups() const { return m_groups; }
    /// Where a metric stands; null: nowhere yet.
    LineChart* chart(const std::string& metric) const;
    LayerHeatmap* flipMap() const { return m_flipMap; }
    std::vector<LineChart*> shownCharts() const;

Q_SIGNALS:
    void told(const QString& text);

private:
    struct Entry {
        const RunChartSpec* spec; ///< null: a metric that the list does not know
        LineChart* chart;
        std::map<std::string, int> curves; ///< of metrics that were written
    };

    QWidget* makeToolBar();
    QWidget* makeGroups();
    LineChart* makeChart(const QString& title);
    Entry& entryOf(const std::string& metric);
    void append(const std::string& metric, const std::vector<MetricPoint>& points);
    void takeMarks(const RunUpdate& update);
    void takeFlips(const RunUpdate& update);
    void explainEmpty();
    void applySmoothing();
    void shareView(const LineChart* source);
    void lineUp();
    bool isOffered(ChartGroup group) const;
    bool isWorthShowing(const Entry& entry) const;
    std::vector<QWidget*> chosen() const;
    void showGroups();
    void arrange();
    void fillSaveMenu(const std::vector<QWidget*>& shown);
    void showMenu(LineChart* chart, const QPoint& place);
    void save(QWidget* chart);

    RunRecord m_run;
    ChartGroup m_group = ChartGroup::Overview;
    std::vector<Entry> m_entries; ///< those of the list, then the others
    LayerHeatmap* m_flipMap;
    QButtonGroup* m_groups;
    QGridLayout* m_grid;
    std::vector<QWidget*> m_shown;
    QSlider* m_smoothing;
    QCheckBox *m_logX, *m_logY;
    QMenu* m_saveMenu;
    std::vector<ChartMark> m_marks;
    std::optional<LineChart::View> m_span;
};

} // namespace boolab::ui
