// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/lineage.h"

#include <map>

#include <QRectF>
#include <QScrollArea>

namespace boolab::ui
{

/// A lineage as a graph, generations from left to right: models as boxes, runs as rounded ones. A click on a
/// run asks for it.
class LineageGraph : public QWidget
{
    Q_OBJECT

public:
    explicit LineageGraph(QWidget* parent = nullptr);
    void setLineage(Lineage lineage);
    void setFacts(std::map<std::string, ModelFacts> facts);
    const Lineage& lineage() const { return m_lineage; }
    QRectF boxOf(std::size_t node) const { return m_boxes[node]; }
    QSize sizeHint() const override;

Q_SIGNALS:
    void runRequested(boolab::RunId id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    void layOut();
    std::optional<std::size_t> nodeAt(const QPointF& at) const;
    QString titleOf(const LineageNode& node) const;
    QString subtitleOf(const LineageNode& node) const;
    QString tooltipOf(const LineageNode& node) const;

    Lineage m_lineage;
    std::map<std::string, ModelFacts> m_facts;
    std::vector<QRectF> m_boxes;
};

/// The graph in a scroll area.
class LineageView : public QScrollArea
{
    Q_OBJECT

public:
    explicit LineageView(QWidget* parent = nullptr);
    LineageGraph* graph() const { return m_graph; }

private:
    LineageGraph* m_graph;
};

} // namespace boolab::ui
