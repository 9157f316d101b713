// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/reference_list.h"

#include "widgets/charts/chart_ticks.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

enum Column { Method, Bits, Value, Protocol, Source, ColumnCount };
constexpr int kIndexRole = Qt::UserRole;

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

} // namespace

ReferenceList::ReferenceList(QWidget* parent)
    : QWidget(parent), m_models(new QComboBox), m_tree(new QTreeWidget), m_note(new QLabel)
{
    m_models->setAccessibleName(tr("Model of the published figures"));
    m_tree->setAccessibleName(tr("Published figures"));
    m_tree->setColumnCount(ColumnCount);
    m_tree->setHeaderLabels(
        {tr("Method"), tr("Bits, as claimed"), tr("Score"), tr("Protocol"), tr("Source")});
    m_tree->setRootIsDecorated(false);
    m_tree->setUniformRowHeights(true);
    m_tree->setAlternatingRowColors(true);
    const int digit = m_tree->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (const auto& [column, width] :
         {std::pair(Method, 22), std::pair(Bits, 15), std::pair(Value, 9), std::pair(Protocol, 34)})
        m_tree->header()->resizeSection(column, width * digit);
    m_note->setWordWrap(true);
    auto* label = new QLabel(tr("Published for"));
    label->setBuddy(m_models);
    auto* bar = new QHBoxLayout;
    bar->addWidget(label);
    bar->addWidget(m_models);
    bar->addWidget(m_note, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(bar);
    column->addWidget(m_tree, 1);
    connect(m_models, &QComboBox::currentIndexChanged, this, [this] {
        fill();
        Q_EMIT changed();
    });
    connect(m_tree, &QTreeWidget::itemChanged, this, &ReferenceList::changed);
}

void ReferenceList::setScore(const std::string& metric, const std::string& protocol, double low, double high)
{
    const bool isOther = metric != m_metric;
    const bool isNew = isOther || protocol != m_protocol;
    m_metric = metric;
    m_protocol = protocol;
    m_low = low;
    m_high = high;
    m_kind = referenceKindFor(metric);
    if (isOther) fillModels();
    if (isNew) fill();
}

void ReferenceList::fillModels()
{
    const QSignalBlocker blocker(m_models);
    const QString chosen = m_models->currentText();
    m_models->clear();
    for (const ReferenceScore& one : referenceScores())
        if (m_kind && valueOf(one, *m_kind) && m_models->findText(text(one.model)) < 0)
            m_models->addItem(text(one.model));
    m_models->setCurrentIndex(std::max(0, m_models->findText(chosen)));
}

void ReferenceList::setModel(const QString& model)
{
    if (const int at = m_models->findText(model); at >= 0) m_models->setCurrentIndex(at);
}

QString ReferenceList::model() const
{
    return m_models->currentText();
}

QTreeWidgetItem* ReferenceList::makeItem(const ReferenceScore& reference, std::size_t index,
                                         double value) const
{
    auto* item = new QTreeWidgetItem;
    item->setData(Method, kIndexRole, static_cast<qulonglong>(index));
    item->setText(Method, text(reference.method));
    item->setText(Bits, QString::number(reference.bits));
    item->setText(Value, valueText(value));
    QString protocol = text(protocolOf(reference, *m_kind));
    if (!isLikeProtocol(reference, *m_kind, m_protocol)) protocol.prepend(tr("⚠ not as here: "));
    item->setText(Protocol, protocol);
    item->setText(Source, text(reference.source));
    item->setToolTip(Bits, text(reference.bitsNote));
    item->setToolTip(Protocol, protocol);
    item->setToolTip(
        Source, text(reference.note.empty() ? reference.source : reference.source + "\n" + reference.note));
    item->setToolTip(Method, text(reference.note));
    // Farther ones would squeeze the picture.
    item->setCheckState(Method, isNear(value, m_low, m_high) ? Qt::Checked : Qt::Unchecked);
    return item;
}

void ReferenceList::fill()
{
    const QSignalBlocker blocker(m_tree);
    m_tree->clear();
    m_note->setText(m_kind ? tr("Context, not a measurement of ours: other models, texts of whole test sets.")
                           : tr("Nothing published fits this score."));
    if (!m_kind) return;
    for (std::size_t i = 0; i < referenceScores().size(); ++i) {
        const ReferenceScore& one = referenceScores()[i];
        if (text(one.model) != m_models->currentText()) continue;
        if (const auto value = valueOf(one, *m_kind)) m_tree->addTopLevelItem(makeItem(one, i, *value));
    }
}

std::vector<ReferenceScore> ReferenceList::ticked() const
{
    std::vector<ReferenceScore> found;
    for (int row = 0; row < m_tree->topLevelItemCount(); ++row) {
        const QTreeWidgetItem* item = m_tree->topLevelItem(row);
        if (item->checkState(Method) == Qt::Checked)
            found.push_back(referenceScores()[item->data(Method, kIndexRole).toULongLong()]);
    }
    return found;
}

} // namespace boolab::ui
