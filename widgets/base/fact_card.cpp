// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/fact_card.h"

#include "widgets/base/text_look.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>

namespace boolab::ui
{

FactCard::FactCard(int rows, QWidget* parent) : QFrame(parent), m_rows(rows), m_grid(new QGridLayout(this))
{
    setFrameShape(QFrame::StyledPanel);
    m_grid->setContentsMargins(16, 12, 16, 12);
    m_grid->setHorizontalSpacing(14);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(1, 3);
    m_grid->setColumnStretch(3, 2);
}

void FactCard::setFact(int index, const QString& label, const QString& value)
{
    if (index == m_labels.size()) {
        m_labels.append(new QLabel);
        m_values.append(new QLabel);
        QLabel* shown = m_values.last();
        shown->setTextFormat(Qt::PlainText);
        shown->setTextInteractionFlags(Qt::TextSelectableByMouse);
        shown->setWordWrap(true);
        setTextColor(m_labels.last(), quietTextColor(palette()));
        m_grid->addWidget(m_labels.last(), index % m_rows, index / m_rows * 2, Qt::AlignTop);
        m_grid->addWidget(shown, index % m_rows, index / m_rows * 2 + 1, Qt::AlignTop);
    }
    m_labels[index]->setText(label);
    m_values[index]->setText(value);
    m_values[index]->setAccessibleName(label + QStringLiteral(": ") + value);
}

void FactCard::setFacts(const Facts& facts)
{
    for (int i = 0; i < facts.size(); ++i)
        setFact(i, facts[i].first, facts[i].second);
}

QString FactCard::valueOf(const QString& label) const
{
    for (int i = 0; i < m_labels.size(); ++i)
        if (m_labels[i]->text() == label) return m_values[i]->text();
    return {};
}

void FactCard::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    for (QLabel* label : std::as_const(m_labels))
        setTextColor(label, quietTextColor(palette()));
}

} // namespace boolab::ui
