// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/facts_table.h"

#include "widgets/base/text_look.h"
#include "widgets/charts/chart_colors.h"

#include <algorithm>

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QPixmap>

namespace boolab::ui
{

namespace
{

constexpr int kSwatch = 12;
constexpr int kWidestName = 250;                            // of the columns before the runs
constexpr int kNarrowest = 110, kText = 180, kFigure = 215; // of a run; a figure with its difference

QPixmap swatch(int color, bool dark)
{
    QPixmap picture(kSwatch, kSwatch);
    picture.fill(seriesColor(color, dark));
    return picture;
}

} // namespace

void FactsModel::setFacts(Facts2D facts)
{
    if (facts == m_facts) return;
    if (facts.heads == m_facts.heads && facts.rows.size() == m_facts.rows.size()) {
        m_facts = std::move(facts);
        if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_facts = std::move(facts);
    endResetModel();
}

void FactsModel::setDark(bool dark)
{
    if (dark == m_dark) return;
    m_dark = dark;
    if (columnCount() > 0) Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int FactsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_facts.rows.size());
}

int FactsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_facts.heads.size());
}

QVariant FactsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const auto& row = m_facts.rows[static_cast<std::size_t>(index.row())];
    if (index.column() >= static_cast<int>(row.size())) return {};
    const FactCell& cell = row[static_cast<std::size_t>(index.column())];
    const QPalette palette = QApplication::palette();
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case Qt::ToolTipRole:
        return cell.tip.isEmpty() ? cell.text : cell.tip;
    case Qt::TextAlignmentRole:
        return QVariant((cell.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::FontRole: {
        if (!cell.isBold && !cell.isGood) return {};
        QFont font = QApplication::font("QAbstractItemView");
        font.setBold(true);
        return font;
    }
    case Qt::ForegroundRole:
        if (cell.isGood) return goodTextColor(palette);
        return cell.isQuiet ? QVariant(quietTextColor(palette)) : QVariant();
    default:
        return {};
    }
}

QVariant FactsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= columnCount()) return {};
    const FactHead& head = m_facts.heads[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole) return head.text;
    if (role == Qt::ToolTipRole) return head.tip.isEmpty() ? head.text : head.tip;
    if (role == Qt::DecorationRole && head.color) return swatch(*head.color, m_dark);
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    return {};
}

FactsTable::FactsTable(const QString& name, QWidget* parent)
    : QTableView(parent), m_model(new FactsModel(this))
{
    setModel(m_model);
    setAccessibleName(name);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setShowGrid(false);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTextElideMode(Qt::ElideMiddle);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(60);
    m_model->setDark(isDark(palette()));
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this] { m_isTouched |= !m_isFitting; });
}

void FactsTable::setFacts(Facts2D facts)
{
    const bool isOther = facts.heads != m_model->facts().heads || m_model->facts().rows.empty();
    m_model->setFacts(std::move(facts));
    if (isOther) m_isTouched = false;
    if (isOther) fitColumns();
}

void FactsTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    if (!m_isTouched) fitColumns();
}

/// Runs share the room that the first columns leave, where their values fit into it at all.
void FactsTable::fitColumns()
{
    if (m_isFitting) return;
    m_isFitting = true;
    resizeColumnsToContents();
    int names = 0, runs = 0;
    for (const FactHead& head : m_model->facts().heads)
        (head.color ? runs : names) += 1;
    int room = viewport()->width();
    for (int column = 0; column < names; ++column) {
        setColumnWidth(column, std::min(columnWidth(column) + 10, kWidestName));
        room -= columnWidth(column);
    }
    const auto& rows = m_model->facts().rows;
    const bool hasFigures = !rows.empty() && std::ranges::any_of(rows.front(), &FactCell::isNumber);
    const int share = std::max(hasFigures ? kFigure : kText, runs > 0 ? room / runs : 0);
    for (int column = names; column < m_model->columnCount(); ++column)
        setColumnWidth(column, std::clamp(columnWidth(column) + 10, kNarrowest, share));
    m_isFitting = false;
}

QString FactsTable::selectedText() const
{
    QModelIndexList cells = selectionModel()->selectedIndexes();
    std::sort(cells.begin(), cells.end()); // QModelIndex has no <=>
    QString text;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        if (i > 0) text += QLatin1Char(cells[i].row() == cells[i - 1].row() ? '\t' : '\n');
        text += cells[i].data().toString();
    }
    return text;
}

void FactsTable::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        QApplication::clipboard()->setText(selectedText());
    else
        QTableView::keyPressEvent(event);
}

void FactsTable::changeEvent(QEvent* event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) m_model->setDark(isDark(palette()));
}

} // namespace boolab::ui
