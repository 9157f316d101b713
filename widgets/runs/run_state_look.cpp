// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_state_look.h"

#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QPolygonF>

namespace boolab::ui
{
namespace
{

QString translated(const char* text)
{
    return QCoreApplication::translate("RunState", text);
}

/// On a 16 x 16 field.
void paintShape(QPainter& painter, RunState state, const QColor& color)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const QPen stroke(color, 2.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    switch (state) {
    case RunState::Queued:
        painter.setPen(QPen(color, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QRectF(3, 3, 10, 10));
        break;
    case RunState::Running:
        painter.drawPolygon(QPolygonF({{4, 2}, {13.5, 8}, {4, 14}}));
        break;
    case RunState::Paused:
        painter.drawRect(QRectF(3.5, 3, 3.2, 10));
        painter.drawRect(QRectF(9.3, 3, 3.2, 10));
        break;
    case RunState::Done:
        painter.setPen(stroke);
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(QPolygonF({{3, 8.5}, {6.5, 12}, {13, 4.5}}));
        break;
    case RunState::Failed:
        painter.setPen(stroke);
        painter.drawLine(QPointF(4, 4), QPointF(12, 12));
        painter.drawLine(QPointF(12, 4), QPointF(4, 12));
        break;
    case RunState::Stopped:
        painter.drawRect(QRectF(3.5, 3.5, 9, 9));
        break;
    case RunState::Interrupted:
        painter.drawPolygon(QPolygonF({{8, 1.5}, {15, 14}, {1, 14}}));
        painter.setPen(QPen(color.lightnessF() > 0.6 ? Qt::black : Qt::white, 1.6));
        painter.drawLine(QPointF(8, 6), QPointF(8, 10));
        painter.drawPoint(QPointF(8, 12.2));
        break;
    }
}

QPixmap paintPixmap(RunState state, const QColor& color)
{
    QPixmap pixmap(32, 32);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(2, 2);
    paintShape(painter, state, color);
    return pixmap;
}

/// White on a selected row, whose ground may be of the state's own colour.
QIcon paintIcon(RunState state, bool dark)
{
    QIcon icon(paintPixmap(state, stateColor(state, dark)));
    icon.addPixmap(paintPixmap(state, Qt::white), QIcon::Selected);
    return icon;
}

} // namespace

QString stateText(RunState state)
{
    switch (state) {
    case RunState::Queued:
        return translated("Queued");
    case RunState::Running:
        return translated("Running");
    case RunState::Paused:
        return translated("Paused");
    case RunState::Done:
        return translated("Done");
    case RunState::Failed:
        return translated("Failed");
    case RunState::Stopped:
        return translated("Stopped");
    case RunState::Interrupted:
        return translated("Interrupted");
    }
    return {};
}

QColor stateColor(RunState state, bool dark)
{
    switch (state) {
    case RunState::Running:
        return dark ? QColor(0x56b4e9) : QColor(0x0072b2);
    case RunState::Paused:
    case RunState::Interrupted:
        return dark ? QColor(0xe6b422) : QColor(0x9a6a00);
    case RunState::Done:
        return dark ? QColor(0x2ecc9b) : QColor(0x00805f);
    case RunState::Failed:
        return dark ? QColor(0xff8c6b) : QColor(0xb93a00);
    case RunState::Queued:
    case RunState::Stopped:
        break;
    }
    return dark ? QColor(0xb8b8b8) : QColor(0x5b5b5b);
}

QIcon stateIcon(RunState state, bool dark)
{
    static std::array<std::array<QIcon, 7>, 2> icons; // GUI thread only
    QIcon& icon = icons[dark ? 1 : 0][static_cast<std::size_t>(state)];
    if (icon.isNull()) icon = paintIcon(state, dark);
    return icon;
}

QIcon pinIcon(bool dark)
{
    static std::array<QIcon, 2> icons; // GUI thread only
    QIcon& icon = icons[dark ? 1 : 0];
    if (!icon.isNull()) return icon;
    QPolygonF star;
    for (int i = 0; i < 10; ++i) {
        const double angle = M_PI / 5 * i - M_PI / 2, radius = i % 2 == 0 ? 14 : 6;
        star << QPointF(16 + radius * std::cos(angle), 17 + radius * std::sin(angle));
    }
    const auto paint = [&](const QColor& color) {
        QPixmap pixmap(32, 32);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawPolygon(star);
        return pixmap;
    };
    icon = QIcon(paint(dark ? QColor(0xe6b422) : QColor(0x9a6a00)));
    icon.addPixmap(paint(Qt::white), QIcon::Selected);
    return icon;
}

bool isActive(RunState state)
{
    return state == RunState::Running || state == RunState::Paused;
}

} // namespace boolab::ui
