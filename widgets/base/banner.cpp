// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/banner.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>

#include "widgets/base/icons.h"
#include "widgets/base/text_look.h"

namespace boolab::ui
{

namespace
{

constexpr int kIconSize = 20;

} // namespace

Banner::Banner(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel), m_label(new QLabel), m_close(new QToolButton)
{
    setFrameShape(QFrame::StyledPanel);
    m_label->setObjectName(QStringLiteral("bannerText"));
    m_label->setWordWrap(true);
    m_label->setMinimumWidth(1); // an endless word must not widen the window
    m_label->setTextFormat(Qt::PlainText);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setText(QStringLiteral("✕"));
    m_close->setAutoRaise(true);
    m_close->setFocusPolicy(Qt::StrongFocus);
    m_close->setToolTip(tr("Close (Esc)"));
    m_close->setAccessibleName(tr("Close this message"));
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    row->setSpacing(10);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_label, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);
    hide();
}

void Banner::tell(Kind kind, const QString& text)
{
    m_kind = kind;
    m_text = text;
    m_label->setText(wrappable(text));
    showIcon();
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    setAccessibleName(text);
    QAccessible::updateAccessibility(&alert);
}

void Banner::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showIcon();
}

void Banner::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

void Banner::showIcon()
{
    const char* name = m_kind == Kind::Error ? "error" : m_kind == Kind::Good ? "good" : "info";
    const QColor color = m_kind == Kind::Error  ? badTextColor(palette())
                         : m_kind == Kind::Good ? goodTextColor(palette())
                                                : palette().color(QPalette::Link);
    m_icon->setPixmap(iconPixmap(QLatin1String(name), color, kIconSize, devicePixelRatioF()));
    setTextColor(m_label, m_kind == Kind::Error ? badTextColor(palette())
                                                : palette().color(QPalette::WindowText));
}

} // namespace boolab::ui
