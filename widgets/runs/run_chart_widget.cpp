// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_chart_widget.h"

#include "core/base/json_field.h"
#include "widgets/charts/layer_bars.h"
#include "widgets/charts/layer_heatmap.h"
#include "widgets/charts/line_chart.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/metric_text.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>

namespace boolab::ui
{
namespace
{

QPalette lightPalette()
{
    QPalette palette(QColor(0xf4f4f4));
    palette.setColor(QPalette::Base, Qt::white);
    palette.setColor(QPalette::Window, Qt::white);
    palette.setColor(QPalette::Text, QColor(0x202020));
    palette.setColor(QPalette::WindowText, QColor(0x202020));
    return palette;
}

/// The numbers that people compare, in the order in which they read them.
constexpr std::array kResults{
    std::pair{"perplexity", QT_TRANSLATE_NOOP("RunChart", "perplexity")},
    std::pair{"loss", QT_TRANSLATE_NOOP("RunChart", "loss")},
    std::pair{"bits_per_weight", QT_TRANSLATE_NOOP("RunChart", "bits/weight")},
    std::pair{"bits_per_weight_all", QT_TRANSLATE_NOOP("RunChart", "bits/weight of the whole file")},
    std::pair{"relative_error", QT_TRANSLATE_NOOP("RunChart", "relative error")},
    std::pair{"steps", QT_TRANSLATE_NOOP("RunChart", "steps")},
    std::pair{"tokens_per_second", QT_TRANSLATE_NOOP("RunChart", "tokens/s")},
};

QString resultsText(const RunRecord& run)
{
    QStringList parts{stateText(run.state)};
    for (const auto& [key, name] : kResults)
        if (const auto result = numberAt(run.result, key))
            parts << QStringLiteral("%1 %2").arg(QCoreApplication::translate("RunChart", name),
                                                 valueText(*result));
    if (run.startedAt > 0) parts << durationText(secondsAtWork(run));
    if (!run.device.empty()) parts << QString::fromStdString(run.device);
    return parts.join(QStringLiteral("  ·  "));
}

bool has(const RunUpdate& update, const std::string& metric)
{
    return std::ranges::any_of(update.metrics, [&](const auto& entry) { return entry.first == metric; });
}

/// Of layers.
bool tells(const RunUpdate& update, const char* quantity)
{
    return std::ranges::any_of(update.layers, [&](const LayerStats& s) { return s.quantity == quantity; });
}

/// The last count of kernels, where all Boolean layers have the same.
std::optional<int> uniformKernels(const RunUpdate& update)
{
    std::optional<int> uniform;
    for (const LayerStats& stats : update.layers) {
        if (stats.quantity != "kernel_count") continue;
        uniform.reset();
        for (const float count : stats.values) {
            const int kernels = std::isfinite(count) ? static_cast<int>(count) : 0;
            if (kernels == 0) continue; // stays in full precision
            if (uniform && *uniform != kernels) return std::nullopt;
            uniform = kernels;
        }
    }
    return uniform;
}

} // namespace

RunChartWidget::RunChartWidget(const RunUpdate& update)
{
    setPalette(lightPalette());
    setAutoFillBackground(true);
    QFont larger = font();
    larger.setPixelSize(15);
    setFont(larger);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(20, 16, 20, 16);
    grid->setSpacing(14);
    const auto kernels = uniformKernels(update);
    grid->addWidget(makeTitle(update.run, kernels), 0, 0, 1, 2);
    const bool curves = has(update, "loss") || has(update, "nll");
    if (curves) {
        grid->addLayout(makeTraining(update), 1, 0, 1, 2);
        grid->setRowStretch(1, 3);
    }
    // Bars of one height would say no more than the title.
    QWidget* counts = !kernels && tells(update, "kernel_count")
                          ? makeBars(update, "kernel_count", tr("Boolean kernels per layer"))
                          : nullptr;
    QWidget* layers = makeLayers(update);
    const bool areBeside = curves && counts != nullptr && layers != nullptr;
    if (counts != nullptr) grid->addWidget(counts, 2, 0, 1, areBeside ? 1 : 2);
    if (layers != nullptr)
        grid->addWidget(layers, areBeside ? 2 : 3, areBeside ? 1 : 0, 1, areBeside ? 1 : 2);
    if (counts != nullptr) grid->setRowStretch(2, 2);
    if (layers != nullptr && !areBeside) grid->setRowStretch(3, 2);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
}

/// What tells most of the layers; null: nothing is known of them.
QWidget* RunChartWidget::makeLayers(const RunUpdate& update) const
{
    if (tells(update, "flips")) return makeFlips(update);
    if (tells(update, "relative_error"))
        return makeBars(update, "relative_error", tr("Relative error per layer"));
    return tells(update, "scale_drift") ? makeBars(update, "scale_drift", tr("Drift of the scales per layer"))
                                        : nullptr;
}

/// Held-out text beside the text that is trained on, where it was measured.
QHBoxLayout* RunChartWidget::makeTraining(const RunUpdate& update)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(14);
    row->addWidget(
        makeCurves(update, {{"loss", 0}, {"loss_kl", 1}, {"loss_hidden", 2}, {"held_out_kl", 4}, {"nll", 3}},
                   tr("Loss")),
        1);
    if (has(update, "held_out_perplexity"))
        row->addWidget(makeCurves(update, {{"held_out_perplexity", 5}}, metricTitle("held_out_perplexity")),
                       1);
    if (has(update, "flip_rate") || !has(update, "held_out_perplexity"))
        row->addWidget(makeCurves(update, {{"flip_rate", 3}}, metricTitle("flip_rate")), 1);
    return row;
}

QWidget* RunChartWidget::makeTitle(const RunRecord& run, std::optional<int> kernels) const
{
    auto* label =
        new QLabel(QStringLiteral("<div style='font-size:22px'><b>%1</b></div><div>%2 · %3 · %4</div>")
                       .arg(QString::fromStdString(run.name).toHtmlEscaped(),
                            QString::fromStdString(run.project).toHtmlEscaped(),
                            QString::fromStdString(run.kind).toHtmlEscaped(),
                            resultsText(run).toHtmlEscaped() +
                                (kernels ? QStringLiteral("  ·  ") + tr("K = %1 in every layer").arg(*kernels)
                                         : QString())));
    label->setTextFormat(Qt::RichText);
    label->setWordWrap(true);
    label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    return label;
}

QWidget* RunChartWidget::makeCurves(const RunUpdate& update,
                                    const std::vector<std::pair<std::string, int>>& metrics,
                                    const QString& title)
{
    auto* chart = new LineChart(title);
    chart->setEmptyText(tr("This run wrote none."));
    for (const auto& [name, color] : metrics)
        for (const auto& [written, points] : update.metrics) {
            if (written != name) continue;
            std::vector<Sample> samples;
            for (const MetricPoint& point : points)
                samples.push_back({static_cast<double>(point.step), metricFactor(name) * point.value});
            chart->append(chart->addCurve(metricTitle(name), color), samples);
        }
    chart->setSmoothing(metrics.front().first == "held_out_perplexity" ? 0 : 0.6);
    m_charts.push_back(chart);
    return chart;
}

QWidget* RunChartWidget::makeBars(const RunUpdate& update, const std::string& quantity,
                                  const QString& title) const
{
    auto* bars = new LayerBars(title);
    bars->setEmptyText(tr("This run wrote none."));
    bars->setLayers(layerNamesFrom(update.layerNames));
    for (const LayerStats& stats : update.layers)
        if (stats.quantity == quantity) bars->setValues(stats.values);
    return bars;
}

QWidget* RunChartWidget::makeFlips(const RunUpdate& update) const
{
    auto* map = new LayerHeatmap(tr("Flips per layer and step"), tr("flips"));
    map->setLayers(layerNamesFrom(update.layerNames));
    for (const LayerStats& stats : update.layers)
        if (stats.quantity == "flips") map->add(stats.step, stats.values);
    return map;
}

QImage RunChartWidget::draw()
{
    ensurePolished();
    layout()->activate();
    grab(); // sends the pending resizes, so that the charts know their places
    for (LineChart* chart : m_charts)
        chart->refresh();
    QImage image(size(), QImage::Format_RGB32);
    image.fill(Qt::white);
    render(&image);
    return image;
}

} // namespace boolab::ui
