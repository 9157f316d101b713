// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/drop_banner.h"

#include "widgets/base/text_look.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>

namespace boolab::ui
{

DropBanner::DropBanner(QWidget* parent) : QFrame(parent), m_mark(new QLabel), m_text(new QLabel)
{
    setObjectName(QStringLiteral("dropBanner"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTextScale(m_mark, 1.2, true);
    auto* close = new QToolButton;
    close->setObjectName(QStringLiteral("closeBanner"));
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setToolTip(tr("Dismiss (Esc)"));
    close->setAccessibleName(tr("Dismiss this message"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    row->setSpacing(10);
    row->addWidget(m_mark, 0, Qt::AlignTop);
    row->addWidget(m_text, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void DropBanner::tellProblem(const QString& text)
{
    show(text, true);
}

void DropBanner::tell(const QString& text)
{
    show(text, false);
}

QString DropBanner::text() const
{
    return m_text->text().remove(QChar(0x200b));
}

void DropBanner::show(const QString& text, bool isProblem)
{
    m_isProblem = isProblem;
    m_text->setText(wrappable(text));
    setAccessibleName(text);
    paintMark();
    QFrame::show();
}

void DropBanner::paintMark()
{
    m_mark->setText(m_isProblem ? QStringLiteral("⚠") : QStringLiteral("✓"));
    setTextColor(m_mark, m_isProblem ? badTextColor(palette()) : goodTextColor(palette()));
}

void DropBanner::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) paintMark();
}

void DropBanner::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

} // namespace boolab::ui
