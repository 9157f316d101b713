// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_layers.h"

#include "widgets/charts/layer_bars.h"
#include "widgets/charts/layer_heatmap.h"
#include "widgets/runs/run_state_look.h"

#include <QSplitter>
#include <QVBoxLayout>

namespace boolab::ui
{

RunLayers::RunLayers(QWidget* parent)
    : QWidget(parent), m_split(new QSplitter(Qt::Horizontal)),
      m_kernels(new LayerBars(tr("Boolean kernels per layer"))),
      m_errors(new LayerBars(tr("Relative error per layer"))),
      m_drift(new LayerBars(tr("Drift of the scales per layer"))),
      m_flips(new LayerHeatmap(tr("Flips per layer and step"), tr("flips")))
{
    auto* bars = new QSplitter(Qt::Vertical);
    for (LayerBars* part : {m_kernels, m_errors, m_drift})
        bars->addWidget(part);
    bars->setChildrenCollapsible(false);
    m_errors->setLegendShown(false);
    m_drift->setLegendShown(false);
    m_split->addWidget(bars);
    m_split->addWidget(m_flips);
    m_split->setStretchFactor(0, 1);
    m_split->setStretchFactor(1, 1);
    m_split->setChildrenCollapsible(false);
    m_split->setSizes({500, 500});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_split);
    clear();
}

void RunLayers::clear()
{
    setLayers({});
    for (LayerBars* bars : {m_kernels, m_errors, m_drift})
        bars->setValues({});
    m_drift->hide();
    m_flips->clear();
}

void RunLayers::setLayers(const std::vector<std::string>& names)
{
    const auto layers = layerNamesFrom(names);
    for (LayerBars* bars : {m_kernels, m_errors, m_drift})
        bars->setLayers(layers);
    m_flips->setLayers(layers);
}

void RunLayers::update(const RunUpdate& update)
{
    if (update.fromStart) m_flips->clear();
    if (!update.layerNames.empty()) setLayers(update.layerNames);
    explainEmpty(update.run);
    for (const LayerStats& stats : update.layers)
        take(stats);
}

void RunLayers::take(const LayerStats& stats)
{
    if (stats.quantity == "kernel_count") m_kernels->setValues(stats.values);
    if (stats.quantity == "relative_error") m_errors->setValues(stats.values);
    if (stats.quantity == "flips") m_flips->add(stats.step, stats.values);
    if (stats.quantity == "scale_drift") {
        m_drift->setValues(stats.values);
        m_drift->show();
    }
}

void RunLayers::explainEmpty(const RunRecord& run)
{
    const bool trains = run.kind == "finetune";
    const bool changesLayers = trains || run.kind == "convert";
    const bool scalesOnly = run.job.is_object() && run.job.value("train", nlohmann::json()) == "scales";
    const QString none = !changesLayers        ? tr("This kind of run writes nothing about single layers.")
                         : isActive(run.state) ? tr("Nothing written yet.")
                                               : tr("This run wrote none.");
    m_kernels->setEmptyText(none);
    m_errors->setEmptyText(trains ? tr("Errors against the source weights are written by the convert run.")
                                  : none);
    m_flips->setEmptyText(scalesOnly ? tr("This run writes no flips: it trains the scales only.") : none);
    m_flips->setVisible(trains);
    m_errors->setVisible(run.kind != "finetune" || !m_drift->isVisibleTo(this));
}

} // namespace boolab::ui
