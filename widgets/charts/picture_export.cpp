// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/picture_export.h"

#include "core/base/atomic_write.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <QWidget>

namespace boolab::ui
{

namespace
{

Status write(const QByteArray& bytes, const QString& file)
{
    return writeFileAtomically(file.toStdString(),
                               {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

QByteArray svgOf(QWidget& chart, const QString& title)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(chart.size());
    generator.setViewBox(chart.rect());
    generator.setTitle(title);
    QPainter painter(&generator);
    chart.render(&painter, {}, {}, QWidget::DrawChildren);
    painter.end();
    return buffer.data();
}

QByteArray pngOf(const QImage& image)
{
    QBuffer buffer;
    image.save(&buffer, "PNG");
    return buffer.data();
}

QByteArray pngOf(QWidget& chart)
{
    QImage image(chart.size() * 2, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(2);
    image.fill(chart.palette().color(QPalette::Base));
    chart.render(&image, {}, {}, QWidget::DrawChildren);
    return pngOf(image);
}

} // namespace

Status exportPicture(QWidget& chart, const QString& title, const QString& file)
{
    const bool isSvg = file.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
    return write(isSvg ? svgOf(chart, title) : pngOf(chart), file);
}

Status exportImage(const QImage& image, const QString& file)
{
    return write(pngOf(image), file);
}

Status writeText(const QString& text, const QString& file)
{
    return write(text.toUtf8(), file);
}

} // namespace boolab::ui
