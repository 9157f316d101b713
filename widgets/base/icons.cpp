// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/icons.h"

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>
#include <cmath>

// Of a static library: nobody else would link the resources. Must stand outside any namespace.
static void loadResources()
{
    Q_INIT_RESOURCE(boolab);
}

namespace boolab::ui
{

namespace
{

QByteArray svg(const QString& name)
{
    loadResources();
    QFile file(QStringLiteral(":/boolab/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QPixmap render(const QByteArray& drawing, int pixels)
{
    QPixmap pixmap(pixels, pixels);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    QSvgRenderer(drawing).render(&painter);
    return pixmap;
}

} // namespace

QPixmap iconPixmap(const QString& name, const QColor& color, int size, double devicePixelRatio)
{
    QByteArray drawing = svg(name);
    drawing.replace("#000", color.name().toLatin1());
    QPixmap pixmap = render(drawing, static_cast<int>(std::ceil(size * devicePixelRatio)));
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

QIcon applicationIcon()
{
    QIcon icon;
    const QByteArray drawing = svg(QStringLiteral("boolab"));
    for (const int pixels : {16, 32, 48, 128})
        icon.addPixmap(render(drawing, pixels));
    return icon;
}

} // namespace boolab::ui
