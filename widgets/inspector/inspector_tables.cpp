// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/inspector_tables.h"

#include "core/jobs/text_format.h"
#include "widgets/base/bits_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace boolab::ui
{

namespace
{

QString number(double value)
{
    return QString::number(value, 'g', 9);
}

QString numberAt(const std::vector<double>& values, std::size_t place)
{
    return place < values.size() ? number(values[place]) : QString();
}

QString line(const QStringList& fields)
{
    return fields.join(QLatin1Char(',')) + QLatin1Char('\n');
}

} // namespace

QString kernelsCsv(const InspectionReading& reading, const ProbeResult& probe)
{
    QStringList header{QStringLiteral("kernel"),
                       QStringLiteral("plus_share"),
                       QStringLiteral("weight_error"),
                       QStringLiteral("output_error"),
                       QStringLiteral("output_error_in_model"),
                       QStringLiteral("output_rms")};
    for (const char* side : {"scale_out", "scale_in"})
        for (const char* figure : {"mean", "deviation", "minimum", "maximum"})
            header << QStringLiteral("%1_%2").arg(QLatin1String(side), QLatin1String(figure));
    for (std::size_t k = 0; k < probe.correlation.size(); ++k)
        header << QStringLiteral("correlation_%1").arg(k + 1);
    QString csv = line(header);
    for (std::size_t k = 0; k < reading.layer->kernels.size(); ++k) {
        const KernelInspection& kernel = reading.layer->kernels[k];
        QStringList row{QString::number(k + 1),
                        number(kernel.plusShare),
                        numberAt(reading.weightErrors, k),
                        numberAt(probe.outputError, k),
                        numberAt(probe.outputErrorInModel, k),
                        numberAt(probe.outputRms, k)};
        for (const ValueSpread& spread : {kernel.outSpread, kernel.inSpread})
            for (const double value : {spread.mean, spread.deviation, spread.minimum, spread.maximum})
                row << number(value);
        for (std::size_t other = 0; k < probe.correlation.size() && other < probe.correlation[k].size();
             ++other)
            row << number(probe.correlation[k][other]);
        csv += line(row);
    }
    return csv;
}

QString scalesCsv(const LayerInspection& layer)
{
    QString csv = QStringLiteral("kernel,side,index,value\n");
    for (std::size_t k = 0; k < layer.kernels.size(); ++k)
        for (const auto& [side, values] :
             {std::pair{"out", &layer.kernels[k].scaleOut}, std::pair{"in", &layer.kernels[k].scaleIn}})
            for (std::size_t i = 0; i < values->size(); ++i)
                csv += line({QString::number(k + 1), QLatin1String(side), QString::number(i),
                             number(static_cast<double>((*values)[i]))});
    return csv;
}

QString layerLine(const LayerInspection& layer)
{
    const auto words = [](const char* text) { return QCoreApplication::translate("LayerInspector", text); };
    QStringList parts{QStringLiteral("%1 × %2").arg(layer.outFeatures).arg(layer.inFeatures)};
    parts << (layer.isDense() ? words("full precision, %1").arg(QString::fromStdString(layer.dtype))
                              : words("K = %1, scales in %2")
                                    .arg(layer.kernelCount())
                                    .arg(QString::fromStdString(layer.dtype)));
    parts << QString::fromStdString(formatBytes(layer.bytes));
    const HonestBits bits{layer.bitsPerWeight, layer.modelBitsAll, static_cast<double>(layer.modelBytes)};
    parts << bits.text();
    return parts.join(QStringLiteral(" · "));
}

} // namespace boolab::ui
