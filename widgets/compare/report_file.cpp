// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/report_file.h"

#include "core/base/atomic_write.h"

#include <QBuffer>
#include <QImage>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextDocument>
#include <QUrl>

namespace boolab::ui
{

namespace
{

constexpr int kDotsPerInch = 300, kChartWidth = 720;
constexpr double kChartScale = 2.5; // of the pictures, so that they are sharp on paper

QImage drawn(const std::string& svg)
{
    QSvgRenderer renderer(QByteArray::fromStdString(svg));
    QImage picture(QSizeF(renderer.defaultSize() * kChartScale).toSize(), QImage::Format_RGB32);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter);
    return picture;
}

QByteArray pdfOf(const ReportInput& input)
{
    QTextDocument document;
    int charts = 0;
    const std::string html = comparisonReport(input, [&](const std::string& svg) {
        const QString name = QStringLiteral("chart%1.png").arg(charts++);
        document.addResource(QTextDocument::ImageResource, QUrl(name), drawn(svg));
        return QStringLiteral("<img src=\"%1\" width=\"%2\">").arg(name).arg(kChartWidth).toStdString();
    });
    document.setHtml(QString::fromStdString(html));
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kDotsPerInch);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageOrientation(QPageLayout::Landscape); // a column per run
    writer.setTitle(QString::fromStdString(input.title));
    writer.setCreator(QStringLiteral("Boolab"));
    document.print(&writer);
    return buffer.data();
}

} // namespace

Status writeReport(const ReportInput& input, const QString& file)
{
    const bool isPdf = file.endsWith(QLatin1String(".pdf"), Qt::CaseInsensitive);
    if (!isPdf) return writeFileAtomically(file.toStdString(), comparisonReport(input));
    const QByteArray pdf = pdfOf(input);
    return writeFileAtomically(file.toStdString(), {pdf.constData(), static_cast<std::size_t>(pdf.size())});
}

} // namespace boolab::ui
