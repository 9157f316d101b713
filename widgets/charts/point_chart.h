// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_paint.h"

#include <optional>
#include <vector>

#include <QWidget>

namespace boolab::ui
{

/// A point of a PointChart. Such as are not finite, or not positive where an axis is logarithmic, are not
/// drawn.
struct PlotPoint {
    int series = 0;
    double x = 0, y = 0;
    QString text;          ///< what hovering tells
    QString label = {};    ///< stands beside it
    bool isStrong = false; ///< has a ring
    friend bool operator==(const PlotPoint&, const PlotPoint&) = default;
};

/// A line over the whole width to compare with.
struct ChartLevel {
    double y = 0;
    QString name; ///< stands on it where there is room
    QString text; ///< what hovering tells
    bool isFaint = false;
    friend bool operator==(const ChartLevel&, const ChartLevel&) = default;
};

/// Measured points of a few series, each joined by a line in the order of x, and level lines to compare
/// with. Hovering tells about a point, a click (or Enter on the current one, which the arrow keys choose)
/// opens it.
class PointChart : public QWidget
{
    Q_OBJECT

public:
    explicit PointChart(QWidget* parent = nullptr);

    void setTitle(const QString& title);
    const QString& title() const { return m_title; }
    void setXCaption(const QString& caption);
    /// What to show while there are no points.
    void setEmptyText(const QString& text);
    void setSeries(const QStringList& names);
    void setPoints(std::vector<PlotPoint> points);
    const std::vector<PlotPoint>& points() const { return m_points; }
    void setReference(std::optional<double> y, const QString& name);
    /// Those that are not finite, or not positive on a logarithmic axis, are not drawn.
    void setLevels(std::vector<ChartLevel> levels);
    const std::vector<ChartLevel>& levels() const { return m_levels; }
    /// Joins points (numbers of them) by a dashed line.
    void setFront(std::vector<int> points);
    const std::vector<int>& front() const { return m_front; }
    void setLogY(bool on);
    /// Ticks of the x axis at whole numbers only.
    void setWholeX(bool on);
    bool isLogY() const { return m_logY; }
    int current() const { return m_current; }
    void setCurrent(int point);
    /// The point within reach; -1: none.
    int pointAt(const QPointF& place) const;
    QPointF placeOf(int point) const;

    QSize sizeHint() const override { return {520, 300}; }
    QSize minimumSizeHint() const override { return {240, 140}; }

Q_SIGNALS:
    void currentChanged(int point);
    void activated(int point);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Scales {
        AxisScale x, y;
    };
    bool isDrawn(const PlotPoint& point) const;
    std::vector<int> drawnFromLeft() const;
    ChartFrame frame() const;
    Scales scales(const ChartFrame& frame) const;
    double yOf(double value) const;
    QPointF placeIn(const Scales& axes, const PlotPoint& point) const;
    std::vector<LegendEntry> legend(bool dark) const;
    void paintAxes(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                   const Scales& axes) const;
    void paintLevels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                     const Scales& axes) const;
    void paintFront(QPainter& painter, const ChartColors& colors, const Scales& axes) const;
    void paintLabels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                     const Scales& axes) const;
    bool isDrawn(const ChartLevel& level) const;
    QString levelTextAt(const QPointF& place) const;
    void paintSeries(QPainter& painter, int series, const QColor& color, const Scales& axes) const;
    void paintMark(QPainter& painter, int point, const ChartColors& colors, const Scales& axes,
                   double edge) const;
    void moveCurrent(int step);

    QString m_title, m_xCaption, m_emptyText;
    QStringList m_series;
    std::vector<PlotPoint> m_points;
    std::vector<ChartLevel> m_levels;
    std::vector<int> m_front;
    bool m_logY = true, m_wholeX = false;
    int m_current = -1, m_hovered = -1;
};

} // namespace boolab::ui
