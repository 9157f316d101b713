// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_marks.h"
#include "widgets/charts/plot_series.h"

#include <memory>
#include <optional>

#include <QChartView>
#include <QPixmap>
#include <QTimer>

class QLineSeries;
class QValueAxis;

namespace boolab::ui
{

class ChartCursor;

/// Curves over steps that stay smooth with any number of samples: only about two per pixel reach Qt Charts,
/// already mapped to the unit square, so that its axes never move and each curve is laid out once per
/// refresh. Raw values stay visible behind the smoothed ones. Wheel or a dragged band zooms, Shift-drag or
/// the middle button pans, a double click resets; so do +, -, arrows and Home. A click on the legend hides a
/// curve. What happened at a step stands as a mark.
class LineChart : public QChartView
{
    Q_OBJECT

public:
    struct Curve {
        QString name;
        int color = 0;
        bool shown = true;
        PlotSeries data;
        QLineSeries* raw = nullptr;
        QLineSeries* smooth = nullptr;
    };
    struct View {
        double low = 0, high = 1;
        friend bool operator==(const View&, const View&) = default;
    };

    explicit LineChart(const QString& title, QWidget* parent = nullptr);
    ~LineChart() override;

    const QString& title() const { return m_title; }
    void setTitle(const QString& title);
    void setXCaption(const QString& caption);
    /// What to show while there are no samples.
    void setEmptyText(const QString& text);
    int addCurve(const QString& name, int color);
    const std::vector<Curve>& curves() const { return m_curves; }
    void append(int curve, std::span<const Sample> samples);
    /// Takes the place of those before; ascending in x.
    void setMarks(std::vector<ChartMark> marks);
    /// What the axis spans at least, so that charts of one run line up.
    void setSpan(std::optional<View> span);
    /// Samples go, curves and zoom stay.
    void clearSamples();
    void removeCurves();

    void setSmoothing(double weight);
    void setLogY(bool on);
    bool isLogY() const { return m_logY; }
    void setLogX(bool on);
    void setCurveShown(int curve, bool shown);
    /// Off where the names stand elsewhere.
    void setLegendShown(bool shown);
    /// nullopt: all of it, growing with the data.
    void setView(std::optional<View> view);
    std::optional<View> view() const { return m_view; }
    void zoom(double factor, double aroundX);
    void pan(double share); ///< of what is visible
    void showCursorAt(double x);

    /// Draws what is pending at once; otherwise it happens within 40 ms.
    void refresh();
    /// Samples handed to Qt Charts after the last refresh.
    std::size_t drawnSamples() const;

Q_SIGNALS:
    void viewChanged();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Drag { None, Band, Pan };

    void schedule();
    void applyColors();
    void placePlot();
    void paintAgain();
    View fullView() const;
    View shownView() const { return m_view.value_or(fullView()); }
    AxisWindow window() const;
    /// On the axis, where a logarithm may stand in between.
    double onAxis(double x) const;
    double fromAxis(double place) const;
    double pixelOf(double x) const { return m_x.toPixel(onAxis(x)); }
    View between(double lowPlace, double highPlace) const;
    std::vector<Sample> withoutUnseen(std::vector<Sample> samples) const;
    std::vector<std::vector<Sample>> lines();
    void setXTicks();
    void setLine(QLineSeries* line, bool shown, const std::vector<Sample>& samples) const;
    std::vector<LegendEntry> legend() const;
    std::optional<View> rangeOf(const std::vector<std::vector<Sample>>& lines) const;
    void setYRange(const std::optional<View>& range);
    bool hasSamples() const;
    int legendEntryAt(const QPointF& place) const;

    QString m_title, m_xCaption, m_emptyText;
    std::vector<Curve> m_curves;
    QValueAxis* m_xAxis;
    QValueAxis* m_yAxis;
    ChartCursor* m_cursor;
    QTimer m_refresh;
    QPixmap m_painted; ///< null: to be painted; the cursor moves over it at no cost
    ChartFrame m_frame;
    AxisScale m_x, m_y;
    std::vector<ChartTick> m_xTicks, m_yTicks;
    std::vector<QRectF> m_legend;
    std::vector<ChartMark> m_marks;
    std::optional<View> m_view, m_span;
    bool m_logX = false, m_logY = false, m_legendShown = true;
    double m_smoothing = 0;
    Drag m_drag = Drag::None;
    QPointF m_dragFrom;
    View m_dragView;
};

} // namespace boolab::ui
