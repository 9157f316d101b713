// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/compare/curve_axis.h"
#include "widgets/charts/sample.h"
#include "widgets/compare/compare_view.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QMenu;
class QSlider;
class QToolButton;

namespace boolab::ui
{

class LineChart;

/// The curves of all runs over each other: a chart per metric, a colour per run, aligned by step, tokens or
/// time.
class CompareCharts : public QWidget
{
    Q_OBJECT

public:
    explicit CompareCharts(QWidget* parent = nullptr);

    void update(const CompareInput& input);
    /// Those whose curves are wanted; up to four.
    const std::vector<std::string>& metrics() const { return m_metrics; }
    void setMetrics(const std::vector<std::string>& metrics);
    CurveAxis axis() const;
    void setAxis(CurveAxis axis);
    int smoothing() const;
    void setSmoothing(int hundredths);
    LineChart* chart(const std::string& metric) const;
    QMenu* metricMenu() const { return m_menu; }
    QString note() const;
    /// Some charts are still drawn, one after the other.
    bool isDrawing() const { return !m_waiting.empty(); }

Q_SIGNALS:
    void metricsChanged();
    void told(const QString& text);

private:
    struct Drawn {
        RunId run;
        int edition;
        std::size_t points; ///< of the reading that are in the chart
    };
    struct Entry {
        LineChart* chart;
        std::vector<Drawn> curves;
    };

    QWidget* makeToolBar();
    void chooseMetrics(const CompareInput& input);
    void fillMenu(const CompareInput& input);
    void arrange();
    void redraw();
    void drawNext();
    std::size_t pointsToDraw() const;
    void draw(const std::string& metric, Entry& entry);
    bool canAppend(const std::string& metric, const Entry& entry) const;
    CurvePtr curveOf(RunId run, const std::string& metric) const;
    bool isRead(const std::string& metric) const;
    /// `factor`: from the metric to what is shown.
    std::vector<Sample> samplesFrom(const CurveReading& curve, const RunRecord& run, std::size_t first,
                                    double factor) const;
    void tellWhatIsMissing();
    void applyLook();
    void save(const std::string& metric);

    CompareInput m_input;
    std::vector<std::string> m_metrics;
    bool m_isChosen = false; ///< by the user
    std::map<std::string, Entry> m_entries;
    std::vector<std::string> m_waiting; ///< charts that are drawn one after the other
    bool m_isStaged = false;
    QTimer m_next;
    double m_timeUnit = 1;
    QGridLayout* m_grid;
    QToolButton* m_pick;
    QMenu *m_menu, *m_saveMenu;
    QComboBox* m_axis;
    QSlider* m_smoothing;
    QCheckBox *m_logX, *m_logY;
    QLabel* m_note;
};

} // namespace boolab::ui
