// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_export.h"

#include "core/base/atomic_write.h"
#include "widgets/charts/line_chart.h"

#include <map>

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>

namespace boolab::ui
{
namespace
{

QString quoted(QString name)
{
    return QStringLiteral("\"%1\"").arg(name.replace(QLatin1Char('"'), QLatin1String("\"\"")));
}

QByteArray svgOf(LineChart& chart)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(chart.size());
    generator.setViewBox(chart.rect());
    generator.setTitle(chart.title());
    QPainter painter(&generator);
    chart.render(&painter);
    painter.end();
    return buffer.data();
}

QByteArray pngOf(LineChart& chart)
{
    QImage image(chart.size() * 2, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(2);
    image.fill(chart.palette().color(QPalette::Base));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    chart.render(&painter, chart.rect());
    painter.end();
    QBuffer buffer;
    image.save(&buffer, "PNG");
    return buffer.data();
}

} // namespace

QString chartCsv(const LineChart& chart)
{
    const auto& curves = chart.curves();
    std::map<double, std::vector<QString>> rows;
    for (std::size_t c = 0; c < curves.size(); ++c)
        for (const Sample& sample : curves[c].data.raw()) {
            auto& row = rows[sample.x];
            row.resize(curves.size());
            row[c] = QString::number(sample.y, 'g', 10);
        }
    QString csv = QStringLiteral("step");
    for (const auto& curve : curves)
        csv += QLatin1Char(',') + quoted(curve.name);
    csv += QLatin1Char('\n');
    for (const auto& [x, row] : rows) {
        csv += QString::number(x, 'g', 15);
        for (const QString& value : row)
            csv += QLatin1Char(',') + value;
        csv += QLatin1Char('\n');
    }
    return csv;
}

Status exportChart(LineChart& chart, const QString& file)
{
    chart.refresh();
    const QByteArray bytes = file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)
                                 ? chartCsv(chart).toUtf8()
                             : file.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive) ? svgOf(chart)
                                                                                         : pngOf(chart);
    return writeFileAtomically(file.toStdString(),
                               {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

} // namespace boolab::ui
