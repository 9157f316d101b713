// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_layers.h"

#include "core/base/json_field.h"
#include "widgets/charts/block_bars.h"
#include "widgets/charts/error_curves.h"
#include "widgets/charts/layer_bars.h"
#include "widgets/charts/layer_heatmap.h"
#include "widgets/charts/layer_scatter.h"
#include "widgets/charts/picture_export.h"
#include "widgets/runs/run_state_look.h"
#include "widgets/runs/save_file.h"

#include <cmath>

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

namespace boolab::ui
{

RunLayers::RunLayers(QWidget* parent)
    : QWidget(parent), m_tools(new QWidget), m_chosenLabel(new QLabel), m_save(new QToolButton),
      m_split(new QSplitter(Qt::Horizontal)), m_conversion(new QSplitter(Qt::Vertical)),
      m_kernels(new BlockBars(tr("Boolean kernels per layer"))),
      m_errors(new LayerBars(tr("Relative error per layer"))),
      m_drift(new LayerBars(tr("Drift of the scales per layer"))),
      m_curves(new ErrorCurves(tr("Error left after K kernels"))),
      m_scatter(new LayerScatter(tr("Error against size"))),
      m_flips(new LayerHeatmap(tr("Flips per layer and step"), tr("flips")))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addWidget(makeToolBar());
    column->addWidget(makeCharts(), 1);
    connectChoice();
    clear();
}

QWidget* RunLayers::makeToolBar()
{
    auto* row = new QHBoxLayout(m_tools);
    row->setContentsMargins(0, 0, 0, 0);
    m_chosenLabel->setTextFormat(Qt::PlainText);
    m_chosenLabel->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_chosenLabel->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_save->setText(tr("Save"));
    m_save->setToolTip(tr("Charts as PNG or SVG, the layers as CSV"));
    m_save->setPopupMode(QToolButton::InstantPopup);
    m_save->setFocusPolicy(Qt::StrongFocus);
    auto* menu = new QMenu(m_save);
    menu->addAction(tr("Table of the layers…"), this, &RunLayers::saveTable);
    menu->addSeparator();
    menu->addAction(m_kernels->title() + QStringLiteral("…"), this,
                    [this] { save(m_kernels, m_kernels->title()); });
    for (LayerChart* chart : {static_cast<LayerChart*>(m_curves), static_cast<LayerChart*>(m_scatter)})
        menu->addAction(chart->title() + QStringLiteral("…"), this,
                        [this, chart] { save(chart, chart->title()); });
    menu->addAction(tr("Relative error per layer…"), this,
                    [this] { save(m_errors, tr("Relative error per layer")); });
    m_save->setMenu(menu);
    row->addWidget(m_chosenLabel, 1);
    row->addWidget(m_save);
    return m_tools;
}

QWidget* RunLayers::makeCharts()
{
    auto* bars = new QSplitter(Qt::Vertical);
    bars->addWidget(m_kernels);
    for (LayerBars* part : {m_errors, m_drift}) {
        bars->addWidget(part);
        part->setLegendShown(false);
    }
    m_conversion->addWidget(m_curves);
    m_conversion->addWidget(m_scatter);
    m_split->addWidget(bars);
    m_split->addWidget(m_flips);
    m_split->addWidget(m_conversion);
    for (QSplitter* splitter : {bars, m_conversion, m_split})
        splitter->setChildrenCollapsible(false);
    for (int i = 0; i < m_split->count(); ++i)
        m_split->setStretchFactor(i, 1);
    m_split->setSizes({500, 500, 500});
    return m_split;
}

void RunLayers::connectChoice()
{
    connect(m_kernels, &BlockBars::currentChanged, this, &RunLayers::choose);
    connect(m_curves, &ErrorCurves::currentChanged, this, &RunLayers::choose);
    connect(m_scatter, &LayerScatter::currentChanged, this, &RunLayers::choose);
    connect(m_kernels, &BlockBars::activated, this, &RunLayers::inspect);
    connect(m_curves, &ErrorCurves::activated, this, &RunLayers::inspect);
    connect(m_scatter, &LayerScatter::activated, this, &RunLayers::inspect);
    for (LayerBars* bars : {m_errors, m_drift})
        connect(bars, &LayerBars::activated, this, &RunLayers::inspect);
    connect(m_flips, &LayerHeatmap::activated, this, &RunLayers::inspect);
}

void RunLayers::inspect(int layer)
{
    if (layer < 0 || layer >= static_cast<int>(m_values.names.size()) || !m_run.job.is_object()) return;
    choose(layer);
    const bool trains = m_run.kind == "finetune";
    const auto ofJob = [&](const char* key) { return QString::fromStdString(textAt(m_run.job, key)); };
    InspectionRequest request{.model = ofJob("output"),
                              .layer =
                                  QString::fromStdString(m_values.names[static_cast<std::size_t>(layer)]),
                              .original = ofJob(trains ? "teacher" : "model"),
                              .text = {},
                              .unavailable = {}};
    if (isActive(m_run.state))
        request.unavailable =
            tr("This run has not written its model yet. Its layers can be inspected once it is done.");
    else if (m_run.state != RunState::Done)
        request.unavailable =
            tr("This run ended before its model was written. Resume it, or start it again, to "
               "inspect its layers.");
    Q_EMIT inspectRequested(request);
}

void RunLayers::choose(int layer)
{
    if (layer == m_chosen) return;
    m_chosen = layer;
    m_kernels->setCurrent(layer);
    m_curves->setCurrent(layer);
    m_scatter->setCurrent(layer);
    showChosen();
}

void RunLayers::clear()
{
    m_values = {};
    m_shapesOf.clear();
    setLayers({});
    for (LayerBars* bars : {m_errors, m_drift})
        bars->setValues({});
    m_drift->hide();
    m_flips->clear();
    m_scatter->setValues({}, {});
}

void RunLayers::setLayers(const std::vector<std::string>& names)
{
    m_values.names = names;
    m_chosen = -1;
    const auto layers = layerNamesFrom(names);
    m_kernels->setLayers(layers);
    m_curves->setLayers(layers);
    m_curves->clear();
    m_scatter->setLayers(layers);
    for (LayerBars* bars : {m_errors, m_drift})
        bars->setLayers(layers);
    m_flips->setLayers(layers);
    showChosen();
}

void RunLayers::update(const RunUpdate& update)
{
    m_run = update.run;
    if (update.fromStart) m_flips->clear();
    if (!update.layerNames.empty()) setLayers(update.layerNames);
    explainEmpty(update.run);
    for (const LayerStats& stats : update.layers)
        take(stats);
    showCounts();
    findShapes(update);
    if (!update.layers.empty()) m_scatter->setValues(m_values.weights(), m_values.errors);
    showChosen();
}

void RunLayers::take(const LayerStats& stats)
{
    m_values.take(stats);
    if (stats.quantity == "relative_error") m_errors->setValues(stats.values);
    if (stats.quantity == "flips") m_flips->add(stats.step, stats.values);
    if (stats.quantity == "scale_drift") {
        m_drift->setValues(stats.values);
        m_drift->show();
    }
    for (const auto& [kernels, errors] : m_values.errorsAfter)
        m_curves->setErrors(kernels, errors);
}

/// A layer without a count is still to come, or, once the run is done, dense; the engine counts 0 for layers
/// that stay dense.
void RunLayers::showCounts()
{
    if (m_values.counts.empty()) return;
    const int missing = m_run.state == RunState::Done ? BlockBars::kDense : BlockBars::kUnknown;
    std::vector<int> counts;
    for (const float count : m_values.counts)
        counts.push_back(std::isfinite(count) ? static_cast<int>(count) : missing);
    std::vector<bool> dense;
    for (const int count : counts)
        dense.push_back(count == BlockBars::kDense);
    m_errors->setDense(std::move(dense));
    if (counts != m_kernels->counts()) m_kernels->setCounts(std::move(counts));
}

void RunLayers::findShapes(const RunUpdate& update)
{
    if (!m_values.shapes.empty() || update.run.kind != "convert" || m_values.names.empty() ||
        !update.run.job.is_object())
        return;
    const std::string model = update.run.job.value("model", std::string());
    if (model == m_shapesOf || !std::filesystem::path(model).is_absolute()) return;
    m_shapesOf = model;
    m_background.run([model] { return readShapes(model); },
                     [this, model](std::map<std::string, RunLayerValues::Shape> shapes) {
                         if (model != m_shapesOf) return; // of the run selected before
                         m_values.shapes = std::move(shapes);
                         m_scatter->setValues(m_values.weights(), m_values.errors);
                         m_scatter->setEmptyText(
                             tr("%1 cannot be read: the sizes of its layers are not known.")
                                 .arg(QString::fromStdString(model)));
                         showChosen();
                     });
}

void RunLayers::explainEmpty(const RunRecord& run)
{
    const bool trains = run.kind == "finetune", converts = run.kind == "convert";
    const bool changesLayers = trains || converts;
    const bool scalesOnly = run.job.is_object() && run.job.value("train", nlohmann::json()) == "scales";
    const QString none = !changesLayers        ? tr("This kind of run writes nothing about single layers.")
                         : isActive(run.state) ? tr("Nothing written yet.")
                                               : tr("This run wrote none.");
    m_kernels->setEmptyText(none);
    m_errors->setEmptyText(trains ? tr("Errors against the source weights are written by the convert run.")
                                  : none);
    m_curves->setEmptyText(isActive(run.state) ? tr("Written once all layers are converted.") : none);
    if (m_values.shapes.empty() && m_shapesOf.empty()) m_scatter->setEmptyText(none);
    m_flips->setEmptyText(scalesOnly ? tr("This run writes no flips: it trains the scales only.") : none);
    m_flips->setVisible(trains);
    m_conversion->setVisible(converts);
    m_tools->setVisible(changesLayers);
    m_errors->setVisible(run.kind != "finetune" || !m_drift->isVisibleTo(this));
}

QString RunLayers::chosenText() const
{
    return m_chosenLabel->text();
}

void RunLayers::showChosen()
{
    m_save->setEnabled(!m_values.names.empty());
    if (m_chosen < 0 || m_chosen >= static_cast<int>(m_values.names.size())) {
        m_chosenLabel->setText(
            tr("Click a layer in a chart to inspect it; the arrow keys follow it through all charts."));
        return;
    }
    const auto index = static_cast<std::size_t>(m_chosen);
    QString text = m_kernels->textOf(m_chosen);
    if (const auto shape = m_values.shapes.find(m_values.names[index]); shape != m_values.shapes.end())
        text += tr(" · %1 × %2").arg(shape->second.out).arg(shape->second.in);
    const auto curve = m_curves->curveOf(m_chosen);
    QStringList errors;
    for (const float error : curve)
        errors << valueText(error);
    if (!errors.isEmpty())
        text += tr(" · error left after each kernel: %1").arg(errors.join(QStringLiteral(" → ")));
    m_chosenLabel->setText(text);
    m_chosenLabel->setToolTip(text);
}

void RunLayers::save(QWidget* chart, const QString& title)
{
    const QString file = askSaveFile(this, tr("Save chart"), title + QStringLiteral(".png"),
                                     tr("Image (*.png);;Vector image (*.svg)"));
    if (file.isEmpty()) return;
    const Status status = exportPicture(*chart, title, file);
    Q_EMIT told(status ? tr("Saved %1").arg(file) : QString::fromStdString(status.error().text()));
}

void RunLayers::saveTable()
{
    const QString file =
        askSaveFile(this, tr("Save table"), QStringLiteral("layers.csv"), tr("Table (*.csv)"));
    if (file.isEmpty()) return;
    const Status status = writeText(m_values.csv(), file);
    Q_EMIT told(status ? tr("Saved %1").arg(file) : QString::fromStdString(status.error().text()));
}

} // namespace boolab::ui
