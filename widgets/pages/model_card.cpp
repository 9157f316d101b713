// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/model_card.h"

#include "widgets/base/text_look.h"
#include "widgets/pages/model_facts.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>

namespace boolab::ui
{

ModelCard::ModelCard(QWidget* parent) : QFrame(parent), m_grid(new QGridLayout(this))
{
    setFrameShape(QFrame::StyledPanel);
    m_grid->setContentsMargins(16, 12, 16, 12);
    m_grid->setHorizontalSpacing(14);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(1, 3);
    m_grid->setColumnStretch(3, 2);
}

void ModelCard::setFact(int index, const QString& label, const QString& value)
{
    constexpr int kRows = 7; // then the second column begins
    if (index == m_labels.size()) {
        m_labels.append(new QLabel);
        m_values.append(new QLabel);
        QLabel* shown = m_values.last();
        shown->setTextFormat(Qt::PlainText);
        shown->setTextInteractionFlags(Qt::TextSelectableByMouse);
        shown->setWordWrap(true);
        setTextColor(m_labels.last(), quietTextColor(palette()));
        m_grid->addWidget(m_labels.last(), index % kRows, index / kRows * 2, Qt::AlignTop);
        m_grid->addWidget(shown, index % kRows, index / kRows * 2 + 1, Qt::AlignTop);
    }
    m_labels[index]->setText(label);
    m_values[index]->setText(value);
    m_values[index]->setAccessibleName(label + QStringLiteral(": ") + value);
}

void ModelCard::setInspection(const nlohmann::json& inspection)
{
    const Facts facts = modelFacts(inspection);
    for (int i = 0; i < facts.size(); ++i)
        setFact(i, facts[i].first, facts[i].second);
}

void ModelCard::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    for (QLabel* label : std::as_const(m_labels))
        setTextColor(label, quietTextColor(palette()));
}

} // namespace boolab::ui
