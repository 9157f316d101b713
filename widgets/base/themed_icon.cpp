// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/themed_icon.h"

#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

// Resources of a static library are linked only where their initialiser is named, outside of any namespace.
static void initResources()
{
    Q_INIT_RESOURCE(icons);
}

namespace boolab::ui
{

namespace
{

QByteArray drawing(const QString& name)
{
    initResources();
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QPixmap rendered(QByteArray svg, const QColor& color, int size)
{
    QSvgRenderer renderer(svg.replace("currentColor", color.name().toLatin1()));
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    return pixmap;
}

} // namespace

QIcon themedIcon(const QString& name, const QPalette& palette)
{
    const QByteArray svg = drawing(name);
    QIcon icon;
    for (const int size : {20, 40, 60}) {
        icon.addPixmap(rendered(svg, palette.color(QPalette::Text), size), QIcon::Normal);
        icon.addPixmap(rendered(svg, palette.color(QPalette::HighlightedText), size), QIcon::Selected);
    }
    return icon;
}

QIcon applicationIcon()
{
    const QByteArray svg = drawing(QStringLiteral("boolab"));
    QIcon icon;
    for (const int size : {16, 32, 48, 64, 128, 256})
        icon.addPixmap(rendered(svg, Qt::black, size));
    return icon;
}

} // namespace boolab::ui
