// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/drop_veil.h"

#include <QEvent>
#include <QPainter>

namespace boolab::ui
{

namespace
{

constexpr int kEdge = 4, kTint = 30; // pixels, of 255
constexpr double kPadding = 14, kRadius = 8, kTextScale = 1.25;

} // namespace

DropVeil::DropVeil(QWidget* parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    parent->installEventFilter(this);
    hide();
}

void DropVeil::invite(const QString& text)
{
    m_text = text;
    setGeometry(parentWidget()->rect());
    raise();
    show();
    update();
}

bool DropVeil::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize) setGeometry(parentWidget()->rect());
    return QWidget::eventFilter(watched, event);
}

void DropVeil::paintEvent(QPaintEvent*)
{
    const QColor accent = palette().color(QPalette::Highlight);
    QColor tint = accent;
    tint.setAlpha(kTint);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(accent, kEdge));
    painter.setBrush(tint);
    painter.drawRect(QRectF(rect()).adjusted(kEdge / 2.0, kEdge / 2.0, -kEdge / 2.0, -kEdge / 2.0));
    QFont larger = font();
    larger.setPointSizeF(larger.pointSizeF() * kTextScale);
    larger.setBold(true);
    painter.setFont(larger);
    const QFontMetricsF metrics(larger);
    const QString shown = metrics.elidedText(m_text, Qt::ElideMiddle, width() - 6 * kPadding);
    QRectF sign(0, 0, metrics.horizontalAdvance(shown) + 3 * kPadding, metrics.height() + 2 * kPadding);
    sign.moveCenter(QPointF(rect().center().x(), height() - sign.height()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(accent);
    painter.drawRoundedRect(sign, kRadius, kRadius);
    painter.setPen(palette().color(QPalette::HighlightedText));
    painter.drawText(sign, Qt::AlignCenter, shown);
}

} // namespace boolab::ui
