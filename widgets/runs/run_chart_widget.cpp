// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_chart_widget.h"

#include "widgets/charts/layer_bars.h"
#include "widgets/charts/layer_heatmap.h"
#include "widgets/charts/line_chart.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/metric_text.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>
#include <array>

#include <QCoreApplication>
#include <QGridLayout>
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
        if (run.result.is_object() && run.result.contains(key) && run.result[key].is_number())
            parts << QStringLiteral("%1 %2").arg(QCoreApplication::translate("RunChart", name),
                                                 valueText(run.result[key].get<double>()));
    if (run.startedAt > 0) parts << durationText(secondsAtWork(run));
    if (!run.device.empty()) parts << QString::fromStdString(run.device);
    return parts.join(QStringLiteral("  ·  "));
}

bool has(const RunUpdate& update, const std::string& metric)
{
    return std::ranges::any_of(update.metrics, [&](const auto& entry) { return entry.first == metric; });
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
    grid->addWidget(makeTitle(update.run), 0, 0, 1, 2);
    const bool curves = has(update, "loss") || has(update, "nll");
    if (curves) {
        grid->addWidget(
            makeCurves(update, {{"loss", 0}, {"loss_kl", 1}, {"loss_hidden", 2}, {"nll", 3}}, tr("Loss")), 1,
            0);
        grid->addWidget(makeCurves(update, {{"flip_rate", 3}}, metricTitle("flip_rate")), 1, 1);
        grid->setRowStretch(1, 3);
    }
    const bool flips =
        std::ranges::any_of(update.layers, [](const LayerStats& s) { return s.quantity == "flips"; });
    QWidget* kernels = makeBars(update, "kernel_count", tr("Boolean kernels per layer"));
    QWidget* second =
        flips ? makeFlips(update) : makeBars(update, "relative_error", tr("Relative error per layer"));
    if (curves) {
        grid->addWidget(kernels, 2, 0);
        grid->addWidget(second, 2, 1);
    } else {
        grid->addWidget(kernels, 1, 0, 1, 2);
        grid->addWidget(second, 2, 0, 1, 2);
        grid->setRowStretch(1, 2);
    }
    grid->setRowStretch(2, 2);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
}

QWidget* RunChartWidget::makeTitle(const RunRecord& run) const
{
    auto* label = new QLabel(
        QStringLiteral("<div style='font-size:22px'><b>%1</b></div><div>%2 · %3 · %4</div>")
            .arg(QString::fromStdString(run.name).toHtmlEscaped(),
                 QString::fromStdString(run.project).toHtmlEscaped(),
                 QString::fromStdString(run.kind).toHtmlEscaped(), resultsText(run).toHtmlEscaped()));
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
                samples.push_back({static_cast<double>(point.step), point.value});
            chart->append(chart->addCurve(metricTitle(name), color), samples);
        }
    chart->setSmoothing(0.6);
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
