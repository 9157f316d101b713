// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/status_line.h"

#include <algorithm>

#include <QPainter>
#include <QStyleOption>

namespace boolab::ui
{

namespace
{

constexpr int kSide = 6; // as far in as QStatusBar's own

} // namespace

StatusLine::StatusLine(QWidget* parent) : QStatusBar(parent)
{
    connect(this, &QStatusBar::messageChanged, this, &StatusLine::tellWhole);
}

/// Left of the permanent widgets.
QRect StatusLine::messagePlace() const
{
    QRect place = rect().adjusted(kSide, 0, -kSide, 0);
    for (const QWidget* widget : findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
        if (widget->isVisible()) place.setRight(std::min(place.right(), widget->x() - kSide));
    return place;
}

QString StatusLine::shownMessage() const
{
    // A message of several lines stands in one.
    return fontMetrics().elidedText(currentMessage().simplified(), Qt::ElideRight, messagePlace().width());
}

/// In the tooltip's own words to wrap, and for those who cannot see it.
void StatusLine::tellWhole()
{
    const QString message = currentMessage();
    setToolTip(message.isEmpty() ? QString() : QStringLiteral("<p>%1</p>").arg(message.toHtmlEscaped()));
    setAccessibleDescription(message);
}

void StatusLine::paintEvent(QPaintEvent* event)
{
    if (currentMessage().isEmpty()) return QStatusBar::paintEvent(event);
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    style()->drawPrimitive(QStyle::PE_PanelStatusBar, &option, &painter, this);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(messagePlace(), Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine,
                     shownMessage());
}

} // namespace boolab::ui
