// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_paint.h"

#include <QWidget>
#include <optional>
#include <vector>

namespace boolab::ui
{

/// A bar of a BarChart; a value that is not finite or negative is not drawn.
struct Bar {
    int series = 0;
    double value = 0;
    QString label; ///< stands at its end
    QString text;  ///< what hovering tells, and a screen reader reads
    friend bool operator==(const Bar&, const Bar&) = default;
};

/// Bars that belong together, one below the other.
struct BarGroup {
    QString name, note; ///< left of the bars; the note stands below, fainter
    std::vector<Bar> bars;
    friend bool operator==(const BarGroup&, const BarGroup&) = default;
};

/// Horizontal bars in groups, a colour per series, and a level line to compare with. Hovering tells about a
/// bar, as do the arrow keys.
class BarChart : public QWidget
{
    Q_OBJECT

public:
    explicit BarChart(const QString& title, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    const QString& title() const { return m_title; }
    void setUnit(const QString& unit);
    void setEmptyText(const QString& text);
    const QString& emptyText() const { return m_emptyText; }
    /// One alone, and those without a name, are left out of the legend.
    void setSeries(const QStringList& names);
    void setGroups(std::vector<BarGroup> groups);
    const std::vector<BarGroup>& groups() const { return m_groups; }
    void setReference(std::optional<double> value, const QString& name);
    std::optional<double> reference() const { return m_reference; }

    /// The bar, counted through all groups; -1: none.
    int barAt(const QPointF& place) const;
    QRectF placeOf(int bar) const;
    QString textOf(int bar) const;
    int current() const { return m_current; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    int barCount() const;
    const Bar& barOf(int bar) const;
    std::vector<LegendEntry> legend(bool dark) const;
    ChartFrame frame() const;
    AxisScale scale(const ChartFrame& frame) const;
    std::vector<QRectF> places(const ChartFrame& frame) const;
    void paintAxis(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) const;
    void paintNames(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                    const std::vector<QRectF>& places) const;
    void paintBars(QPainter& painter, const ChartColors& colors, const std::vector<QRectF>& places) const;
    void paintLabels(QPainter& painter, const ChartFrame& frame, const ChartColors& colors,
                     const std::vector<QRectF>& places) const;
    void paintReference(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) const;
    void setCurrent(int bar);

    QString m_title, m_unit, m_emptyText, m_referenceName;
    QStringList m_series;
    std::vector<BarGroup> m_groups;
    std::optional<double> m_reference;
    int m_current = -1, m_hovered = -1;
};

} // namespace boolab::ui
