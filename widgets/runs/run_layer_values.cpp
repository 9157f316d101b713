// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_layer_values.h"

#include "core/formats/model_files.h"

#include <charconv>
#include <cmath>

#include <QStringList>

namespace boolab::ui
{

namespace
{

const std::string kErrorAfter = "error_after_";

QString number(const std::vector<float>& values, std::size_t index)
{
    const bool isKnown = index < values.size() && std::isfinite(values[index]);
    return isKnown ? QString::number(static_cast<double>(values[index]), 'g', 8) : QString();
}

} // namespace

void RunLayerValues::take(const LayerStats& stats)
{
    if (stats.quantity == "kernel_count") counts = stats.values;
    if (stats.quantity == "relative_error") errors = stats.values;
    if (!stats.quantity.starts_with(kErrorAfter)) return;
    int kernels = 0;
    const char* end = stats.quantity.data() + stats.quantity.size();
    std::from_chars(stats.quantity.data() + kErrorAfter.size(), end, kernels);
    if (kernels > 0) errorsAfter[kernels] = stats.values;
}

std::vector<double> RunLayerValues::weights() const
{
    std::vector<double> weights;
    for (const std::string& name : names) {
        const auto shape = shapes.find(name);
        weights.push_back(shape == shapes.end() ? 0
                                                : static_cast<double>(shape->second.out) *
                                                      static_cast<double>(shape->second.in));
    }
    return weights;
}

QString RunLayerValues::csv() const
{
    QStringList header{QStringLiteral("layer"), QStringLiteral("out"), QStringLiteral("in"),
                       QStringLiteral("kernels"), QStringLiteral("relative_error")};
    for (const auto& [kernels, values] : errorsAfter)
        header << QStringLiteral("error_after_%1").arg(kernels);
    QString csv = header.join(QLatin1Char(',')) + QLatin1Char('\n');
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto shape = shapes.find(names[i]);
        const bool hasShape = shape != shapes.end();
        QStringList row{
            QString::fromStdString(names[i]), hasShape ? QString::number(shape->second.out) : QString(),
            hasShape ? QString::number(shape->second.in) : QString(), number(counts, i), number(errors, i)};
        for (const auto& [kernels, values] : errorsAfter)
            row << number(values, i);
        csv += row.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return csv;
}

std::map<std::string, RunLayerValues::Shape> readShapes(const std::filesystem::path& model)
{
    std::map<std::string, RunLayerValues::Shape> shapes;
    if (const auto files = ModelFiles::open(model))
        for (const LinearLayerInfo& layer : files->linearLayers())
            shapes[layer.name] = {layer.outFeatures, layer.inFeatures};
    return shapes;
}

} // namespace boolab::ui
