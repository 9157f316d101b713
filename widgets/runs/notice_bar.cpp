// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/notice_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace boolab::ui
{

NoticeBar::NoticeBar(QWidget* parent) : QFrame(parent), m_text(new QLabel), m_action(new QPushButton)
{
    setFrameShape(QFrame::StyledPanel);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* close = new QToolButton;
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close"));
    close->setAccessibleName(tr("Close this notice"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 4, 4);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(close);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_action, &QPushButton::clicked, this, [this] {
        hide();
        if (const auto act = std::exchange(m_act, {})) act();
    });
    hide();
}

void NoticeBar::tell(const QString& text)
{
    m_text->setText(text);
    m_action->hide();
    show();
}

void NoticeBar::offer(const QString& text, const QString& action, std::function<void()> act)
{
    m_text->setText(text);
    m_action->setText(action);
    m_act = std::move(act);
    m_action->show();
    show();
}

QString NoticeBar::text() const
{
    return m_text->text();
}

} // namespace boolab::ui
