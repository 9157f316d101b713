// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/chart_paint.h"

#include <QWidget>

namespace boolab::ui
{

/// What the small charts about one layer's kernels share: a title, a legend, hovering that tells a value, a
/// kernel that stands out, and a reason where there is nothing to show.
class KernelChart : public QWidget
{
    Q_OBJECT

public:
    explicit KernelChart(const QString& title, QWidget* parent = nullptr);

    const QString& title() const { return m_title; }
    void setEmptyText(const QString& text);
    /// From 0 on.
    void setKernel(int kernel);
    int kernel() const { return m_kernel; }
    virtual QString textAt(const QPointF& place) const = 0;

    QSize sizeHint() const override { return {340, 200}; }
    QSize minimumSizeHint() const override { return {220, 120}; }

protected:
    virtual bool isEmpty() const = 0;
    virtual std::vector<LegendEntry> legend() const { return {}; }
    virtual void paintMarks(QPainter& painter, const ChartFrame& frame, const ChartColors& colors) = 0;
    ChartFrame frame() const;
    bool isDark() const;

    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QString m_title, m_emptyText;
    int m_kernel = 0;
};

} // namespace boolab::ui
