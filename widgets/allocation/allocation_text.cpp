// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/allocation_text.h"

#include "widgets/allocation/allocation_input.h"
#include "widgets/allocation/allocation_plan.h"
#include "widgets/base/bits_text.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/charts/layer_name.h"
#include "widgets/runs/format_text.h"

#include <algorithm>
#include <chrono>

#include <QCoreApplication>
#include <QStringList>

namespace boolab::ui
{

namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("AllocationText", text);
}

QString pinnedText(const PinnedCounts& pins)
{
    const auto pinned = std::ranges::count_if(pins, [](const auto& pin) { return pin.has_value(); });
    const auto dense = std::ranges::count(pins, std::optional<std::int64_t>(0));
    if (pinned == 0) return {};
    return dense == 0
               ? tr("%1 of %2 layers pinned").arg(pinned).arg(pins.size())
               : tr("%1 of %2 layers pinned, %3 of them dense").arg(pinned).arg(pins.size()).arg(dense);
}

QString errorsText(const std::vector<double>& errors)
{
    QStringList parts;
    for (const double error : errors)
        parts << valueText(error);
    return parts.join(QStringLiteral(" → "));
}

struct Curve {
    QString name;
    const std::vector<double>* values;
};

/// The errors that the solver weighs.
Curve decidingCurve(const LayerErrors& errors, Importance importance)
{
    if (importance == Importance::Loss) return {tr("Rise of the loss"), &errors.lossError};
    if (importance == Importance::OutputError) return {tr("Output error"), &errors.outputError};
    return {tr("Weight error"), &errors.weightError};
}

} // namespace

QString nameOf(Importance importance)
{
    switch (importance) {
    case Importance::Loss:
        return QStringLiteral("loss");
    case Importance::OutputError:
        return QStringLiteral("output-error");
    case Importance::Pwcca:
        return QStringLiteral("pwcca");
    case Importance::None:
        break;
    }
    return QStringLiteral("none");
}

QString titleOf(const FoundTable& found)
{
    const bool hasText = !found.table->layers.empty() && !found.table->layers.front().outputError.empty();
    const auto system = std::chrono::file_clock::to_sys(found.modified).time_since_epoch();
    const double seconds = std::chrono::duration<double>(system).count();
    return QStringLiteral("%1, %2, %3")
        .arg(QString::fromStdString(found.table->method), hasText ? tr("on a text") : tr("without a text"),
             dateTimeText(seconds));
}

QString factsOf(const AllocationPlan& plan, double parameters)
{
    const Allocation& now = *plan.allocation();
    const HonestBits bits{now.bitsPerWeight, parameters > 0 ? 8 * now.fileBytes / parameters : 0,
                          now.fileBytes};
    QStringList parts{tr("%1 kernels per weight on average").arg(now.averageKernels, 0, 'f', 3), bits.text()};
    if (plan.settings().bySize)
        parts << tr("%1 of the budget left")
                     .arg(byteText(static_cast<std::int64_t>(plan.settings().bytes - now.fileBytes)));
    if (const QString pinned = pinnedText(plan.settings().pins); !pinned.isEmpty()) parts << pinned;
    return parts.join(QStringLiteral(" · "));
}

QString layerText(const AllocationPlan& plan, std::size_t layer)
{
    const LayerErrors& errors = plan.table()->layers[layer];
    const auto& pin = plan.settings().pins[layer];
    const Curve curve = decidingCurve(errors, plan.settings().importance);
    const std::int64_t count = plan.allocation() ? plan.allocation()->counts[layer] : 0;
    return tr("%1, %2 × %3: %4%5. %6 after 1, 2, … kernels: %7")
        .arg(LayerName::from(errors.name).spoken())
        .arg(errors.outFeatures)
        .arg(errors.inFeatures)
        .arg(count == 0 ? tr("dense") : tr("K = %1").arg(count), pin ? tr(", pinned") : QString(), curve.name,
             errorsText(*curve.values));
}

QString allocationCsv(const AllocationPlan& plan)
{
    const ErrorTable& table = *plan.table();
    QStringList header{QStringLiteral("layer"), QStringLiteral("out"), QStringLiteral("in"),
                       QStringLiteral("kernels"), QStringLiteral("pinned")};
    const auto columns = [&](const QString& name, bool isMeasured) {
        for (std::int64_t k = 1; isMeasured && k <= table.maxKernels(); ++k)
            header << QStringLiteral("%1_after_%2").arg(name).arg(k);
    };
    const bool hasOutput = plan.supports(Importance::OutputError), hasLoss = plan.supports(Importance::Loss);
    columns(QStringLiteral("weight_error"), true);
    columns(QStringLiteral("output_error"), hasOutput);
    columns(QStringLiteral("loss_rise"), hasLoss);
    QString csv = header.join(QLatin1Char(',')) + QLatin1Char('\n');
    for (std::size_t i = 0; i < table.layers.size(); ++i) {
        const LayerErrors& layer = table.layers[i];
        QStringList row{QString::fromStdString(layer.name), QString::number(layer.outFeatures),
                        QString::number(layer.inFeatures),
                        plan.allocation() ? QString::number(plan.allocation()->counts[i]) : QString(),
                        plan.settings().pins[i] ? QStringLiteral("1") : QStringLiteral("0")};
        const auto add = [&row](const std::vector<double>& errors) {
            for (const double error : errors)
                row << QString::number(error, 'g', 8);
        };
        add(layer.weightError);
        if (hasOutput) add(layer.outputError);
        if (hasLoss) add(layer.lossError);
        csv += row.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return csv;
}

} // namespace boolab::ui
