// SPDX-License-Identifier: Apache-2.0
#include "widgets/model/token_pieces.h"

#include "widgets/base/text_look.h"

#include <algorithm>

#include <QHelpEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QToolTip>

namespace boolab::ui
{

namespace
{

constexpr int kPad = 5, kGap = 3, kLineGap = 8, kRound = 4;
// Hues that neighbours are told apart by; colour says nothing else.
constexpr int kHues[] = {205, 130, 40, 285, 175, 340};

QColor ground(std::size_t piece, bool dark)
{
    const int hue = kHues[piece % std::size(kHues)];
    return dark ? QColor::fromHsl(hue, 90, 70) : QColor::fromHsl(hue, 150, 220);
}

} // namespace

TokenPieces::TokenPieces(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QFont TokenPieces::idFont() const
{
    QFont small = font();
    small.setPointSizeF(std::max(6.5, small.pointSizeF() * 0.8));
    return small;
}

QString TokenPieces::shownText(const TokenPiece& piece)
{
    QString text = QString::fromStdString(piece.text);
    text.replace(QLatin1String("\r"), QStringLiteral("␍")).replace(QLatin1Char('\n'), QStringLiteral("↵"));
    text.replace(QLatin1Char('\t'), QStringLiteral("⇥")).replace(QLatin1Char(' '), QStringLiteral("·"));
    return text;
}

void TokenPieces::setPieces(std::vector<TokenPiece> pieces)
{
    m_pieces = std::move(pieces);
    QStringList spoken;
    for (const TokenPiece& piece : m_pieces)
        spoken << QStringLiteral("%1 %2").arg(QString::fromStdString(piece.text)).arg(piece.id);
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    place(width(), &m_boxes);
    updateGeometry();
    update();
}

/// The height that the pieces take in this width.
int TokenPieces::place(int width, std::vector<QRect>* boxes) const
{
    const QFontMetrics text(font()), id(idFont());
    const int height = text.height() + id.height() + 4;
    int x = 0, y = 0;
    if (boxes) boxes->clear();
    for (const TokenPiece& piece : m_pieces) {
        const int wide = std::max(text.horizontalAdvance(shownText(piece)),
                                  id.horizontalAdvance(QString::number(piece.id))) +
                         2 * kPad;
        if (x > 0 && x + wide > width) {
            x = 0;
            y += height + kLineGap;
        }
        if (boxes) boxes->push_back({x, y, wide, height});
        x += wide + kGap;
        if (piece.text.find('\n') != std::string::npos) {
            x = 0;
            y += height + kLineGap;
        }
    }
    return y + height;
}

int TokenPieces::heightForWidth(int width) const
{
    return place(width, nullptr);
}

QSize TokenPieces::sizeHint() const
{
    return {200, place(std::max(200, width()), nullptr)};
}

void TokenPieces::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    place(width(), &m_boxes);
}

void TokenPieces::paintEvent(QPaintEvent* event)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool dark = isDark(palette());
    const QFontMetrics metrics(font());
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        if (!event->rect().intersects(m_boxes[i])) continue;
        const QRect box = m_boxes[i],
                    text(box.left() + kPad, box.top(), box.width() - 2 * kPad, metrics.height());
        const bool isSpecial = m_pieces[i].isSpecial;
        painter.setPen(isSpecial ? QPen(palette().color(QPalette::Text), 1.5, Qt::DashLine)
                                 : QPen(Qt::NoPen));
        painter.setBrush(ground(i, dark));
        painter.drawRoundedRect(
            QRectF(box.left() + 0.5, box.top() + 0.5, box.width() - 1, metrics.height() + 1), kRound, kRound);
        painter.setPen(palette().color(QPalette::Text));
        painter.setFont(font());
        painter.drawText(text, Qt::AlignCenter, shownText(m_pieces[i]));
        painter.setPen(quietTextColor(palette()));
        painter.setFont(idFont());
        painter.drawText(QRect(box.left(), box.top() + metrics.height() + 2, box.width(),
                               box.height() - metrics.height() - 2),
                         Qt::AlignHCenter | Qt::AlignTop, QString::number(m_pieces[i].id));
    }
}

bool TokenPieces::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto hit =
        std::ranges::find_if(m_boxes, [&](const QRect& box) { return box.contains(help->pos()); });
    if (hit == m_boxes.end()) {
        QToolTip::hideText();
        return true;
    }
    const auto i = static_cast<std::size_t>(hit - m_boxes.begin());
    QString text = tr("Token %1: id %2, “%3”").arg(i + 1).arg(m_pieces[i].id).arg(shownText(m_pieces[i]));
    if (m_pieces[i].isSpecial) text += tr(", a special token");
    if (!m_pieces[i].isWhole) text += tr(", bytes of a character that several tokens make");
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

} // namespace boolab::ui
