// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/lineage_view.h"

#include "core/base/json_field.h"
#include "widgets/charts/chart_colors.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>

#include <QFileInfo>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

namespace boolab::ui
{
namespace
{

constexpr double kWidth = 210, kHeight = 46, kGapX = 46, kGapY = 14, kMargin = 14;

QString figureOf(const RunRecord& run)
{
    for (const auto& [key, title] : {std::pair("perplexity", "perplexity"),
                                     std::pair("bits_per_weight", "bits"), std::pair("loss", "loss")})
        if (const auto figure = numberAt(run.result, key))
            return QStringLiteral(" · %1 %2").arg(QLatin1String(title), valueText(*figure));
    return {};
}

} // namespace

LineageGraph::LineageGraph(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleName(tr("Lineage of the run"));
}

void LineageGraph::setLineage(Lineage lineage)
{
    m_lineage = std::move(lineage);
    layOut();
    setMinimumSize(sizeHint());
    update();
}

void LineageGraph::setFacts(std::map<std::string, ModelFacts> facts)
{
    m_facts = std::move(facts);
    update();
}

/// A column per generation; a node stands beside the one it hangs from where there is room.
void LineageGraph::layOut()
{
    m_boxes.assign(m_lineage.nodes.size(), {});
    std::map<int, double> nextFree;
    for (std::size_t i = 0; i < m_lineage.nodes.size(); ++i) {
        const int column = m_lineage.nodes[i].generation;
        const LineageEdge* edge = m_lineage.mainEdgeTo(i);
        double& free = nextFree.try_emplace(column, kMargin).first->second;
        const double y = edge ? std::max(free, m_boxes[edge->from].top()) : free;
        m_boxes[i] = QRectF(kMargin + column * (kWidth + kGapX), y, kWidth, kHeight);
        free = y + kHeight + kGapY;
    }
}

QSize LineageGraph::sizeHint() const
{
    QRectF all;
    for (const QRectF& box : m_boxes)
        all |= box;
    return QSize(static_cast<int>(all.right() + kMargin), static_cast<int>(all.bottom() + kMargin));
}

QString LineageGraph::titleOf(const LineageNode& node) const
{
    if (node.run) return QString::fromStdString(node.run->name);
    return QFileInfo(QString::fromStdString(node.path)).fileName();
}

QString LineageGraph::subtitleOf(const LineageNode& node) const
{
    if (node.run)
        return QStringLiteral("%1 %2%3")
            .arg(QString::fromStdString(node.run->kind))
            .arg(node.run->id)
            .arg(figureOf(*node.run));
    const auto known = m_facts.find(node.path);
    if (known == m_facts.end()) return tr("model");
    if (!known->second.isThere) return tr("model, not there any more");
    return known->second.sameContent.empty() ? tr("model")
                                             : tr("model, same as %n other(s)", nullptr,
                                                  static_cast<int>(known->second.sameContent.size()));
}

QString LineageGraph::tooltipOf(const LineageNode& node) const
{
    if (node.run)
        return QStringLiteral("%1, %2").arg(QString::fromStdString(node.run->name),
                                            stateText(node.run->state));
    QString text = QString::fromStdString(node.path);
    if (const auto known = m_facts.find(node.path); known != m_facts.end()) {
        if (!known->second.hash.empty())
            text += QLatin1Char('\n') + tr("content %1").arg(QString::fromStdString(known->second.hash));
        for (const std::string& same : known->second.sameContent)
            text += QLatin1Char('\n') + tr("same content: %1").arg(QString::fromStdString(same));
    }
    return text;
}

void LineageGraph::paintEvent(QPaintEvent*)
{
    const ChartColors colors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.faint, 1.4));
    for (const LineageEdge& edge : m_lineage.edges) {
        const QPointF from(m_boxes[edge.from].right(), m_boxes[edge.from].center().y());
        const QPointF to(m_boxes[edge.to].left(), m_boxes[edge.to].center().y());
        const double bend = std::max(kGapX / 2, (to.x() - from.x()) / 3);
        QPainterPath path(from);
        path.cubicTo(from + QPointF(bend, 0), to - QPointF(bend, 0), to);
        QPen pen(colors.faint, 1.4);
        if (edge.role == "teacher" || edge.role == "reference") pen.setStyle(Qt::DashLine);
        painter.setPen(pen);
        painter.drawPath(path);
    }
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const LineageNode& node = m_lineage.nodes[i];
        const QRectF box = m_boxes[i];
        const QColor accent = node.run ? stateColor(node.run->state, colors.dark) : colors.faint;
        painter.setPen(QPen(i == m_lineage.focus ? palette().color(QPalette::Highlight) : accent,
                            i == m_lineage.focus ? 3 : 1.2));
        painter.setBrush(colors.box);
        painter.drawRoundedRect(box, node.run ? 14 : 3, node.run ? 14 : 3);
        const QRectF inside = box.adjusted(12, 4, -10, -4);
        QFont bold = font();
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(colors.text);
        painter.drawText(inside, Qt::AlignLeft | Qt::AlignTop,
                         QFontMetricsF(bold).elidedText(titleOf(node), Qt::ElideMiddle, inside.width()));
        painter.setFont(font());
        painter.drawText(inside, Qt::AlignLeft | Qt::AlignBottom,
                         QFontMetricsF(font()).elidedText(subtitleOf(node), Qt::ElideRight, inside.width()));
    }
}

std::optional<std::size_t> LineageGraph::nodeAt(const QPointF& at) const
{
    for (std::size_t i = 0; i < m_boxes.size(); ++i)
        if (m_boxes[i].contains(at)) return i;
    return std::nullopt;
}

void LineageGraph::mousePressEvent(QMouseEvent* event)
{
    const auto node = nodeAt(event->position());
    if (node && m_lineage.nodes[*node].run && event->button() == Qt::LeftButton)
        Q_EMIT runRequested(m_lineage.nodes[*node].run->id);
}

void LineageGraph::mouseMoveEvent(QMouseEvent* event)
{
    const auto node = nodeAt(event->position());
    setCursor(node && m_lineage.nodes[*node].run ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool LineageGraph::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto node = nodeAt(help->pos());
    node ? QToolTip::showText(help->globalPos(), tooltipOf(m_lineage.nodes[*node]), this)
         : QToolTip::hideText();
    return true;
}

LineageView::LineageView(QWidget* parent) : QScrollArea(parent), m_graph(new LineageGraph)
{
    setWidget(m_graph);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
}

} // namespace boolab::ui
