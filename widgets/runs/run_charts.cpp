// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_charts.h"

#include "widgets/charts/chart_export.h"
#include "widgets/charts/line_chart.h"
#include "widgets/runs/metric_text.h"
#include "widgets/runs/save_file.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QSplitter>
#include <QToolButton>

namespace boolab::ui
{
namespace
{

/// Metrics of the main chart with their places in the set of colours; what a run does not write takes no
/// room.
const std::map<std::string, int> kMainMetrics{{"loss", 0}, {"loss_kl", 1}, {"loss_hidden", 2}, {"nll", 3}};
constexpr int kFlipColor = 3;
constexpr int kOtherColor = 4;
constexpr int kDefaultSmoothing = 60; // hundredths

} // namespace

RunCharts::RunCharts(QWidget* parent)
    : QWidget(parent), m_loss(new LineChart(tr("Loss"))), m_flips(new LineChart(metricTitle("flip_rate"))),
      m_other(new LineChart(tr("Further metrics"))), m_choice(new QComboBox),
      m_smoothing(new QSlider(Qt::Horizontal)), m_log(new QCheckBox(tr("&Log axis")))
{
    m_other->setCorner(m_choice);
    m_choice->setAccessibleName(tr("What the third chart shows"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* side = new QSplitter(Qt::Vertical);
    side->addWidget(m_flips);
    side->addWidget(m_other);
    side->setChildrenCollapsible(false);
    side->setSizes({230, 230});
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_loss);
    split->addWidget(side);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    split->setSizes({660, 440});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(makeToolBar());
    column->addWidget(split, 1);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &RunCharts::showOther);
    shareZoom();
    for (LineChart* chart : charts())
        chart->setSmoothing(kDefaultSmoothing / 100.0);
}

QWidget* RunCharts::makeToolBar()
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    auto* label = new QLabel(tr("&Smoothing"));
    label->setBuddy(m_smoothing);
    m_smoothing->setRange(0, 99);
    m_smoothing->setValue(kDefaultSmoothing);
    m_smoothing->setFixedWidth(140);
    m_smoothing->setToolTip(tr("Weight of the moving average. The raw values stay visible behind it."));
    m_smoothing->setAccessibleName(tr("Smoothing"));
    auto* whole = new QToolButton;
    whole->setText(tr("Whole run"));
    whole->setToolTip(
        tr("Shows all steps again (double click, Home). Wheel or drag zooms, Shift-drag pans."));
    auto* save = new QToolButton;
    save->setText(tr("Save chart"));
    save->setToolTip(tr("PNG, SVG or CSV"));
    save->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(save);
    for (LineChart* chart : charts()) {
        QAction* action = menu->addAction(QString(), this, [this, chart] { saveChart(chart); });
        connect(menu, &QMenu::aboutToShow, action,
                [action, chart] { action->setText(chart->title() + QStringLiteral("…")); });
    }
    save->setMenu(menu);
    row->addWidget(label);
    row->addWidget(m_smoothing);
    row->addSpacing(12);
    row->addWidget(m_log);
    row->addStretch(1);
    row->addWidget(whole);
    row->addWidget(save);
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        for (LineChart* chart : charts())
            chart->setSmoothing(value / 100.0);
    });
    connect(m_log, &QCheckBox::toggled, m_loss, &LineChart::setLogY);
    connect(whole, &QToolButton::clicked, this, [this] { m_loss->setView(std::nullopt); });
    return box;
}

void RunCharts::shareZoom()
{
    for (LineChart* source : charts())
        connect(source, &LineChart::viewChanged, this, [this, source] {
            for (LineChart* chart : charts()) {
                const QSignalBlocker blocker(chart);
                if (chart != source) chart->setView(source->view());
            }
        });
}

void RunCharts::clear()
{
    m_loss->setView(std::nullopt);
    for (LineChart* chart : charts())
        chart->removeCurves();
    m_lossCurves.clear();
    m_samples.clear();
    m_flipCurve = -1;
    m_choice->clear();
    m_other->setTitle(tr("Further metrics"));
}

void RunCharts::update(const RunUpdate& update)
{
    if (update.fromStart) {
        for (LineChart* chart : charts())
            chart->clearSamples();
        m_samples.clear();
    }
    explainEmpty(update.run);
    // Windows of a text are no sequence in time: an average over them would say nothing.
    const double smoothing = update.run.kind == "evaluate" ? 0 : m_smoothing->value() / 100.0;
    for (LineChart* chart : charts())
        chart->setSmoothing(smoothing);
    for (const auto& [name, points] : update.metrics) {
        std::vector<Sample> samples;
        samples.reserve(points.size());
        for (const MetricPoint& point : points)
            samples.push_back({static_cast<double>(point.step), point.value});
        append(name, samples);
    }
    m_choice->setVisible(m_choice->count() > 0);
}

void RunCharts::append(const std::string& name, const std::vector<Sample>& samples)
{
    if (const auto main = kMainMetrics.find(name); main != kMainMetrics.end()) {
        const bool isNew = !m_lossCurves.contains(name);
        if (isNew) m_lossCurves[name] = m_loss->addCurve(metricTitle(name), main->second);
        m_loss->append(m_lossCurves[name], samples);
        return;
    }
    if (name == "flip_rate") {
        if (m_flipCurve < 0) m_flipCurve = m_flips->addCurve(tr("Flip rate"), kFlipColor);
        m_flips->append(m_flipCurve, samples);
        return;
    }
    auto& kept = m_samples[name];
    kept.insert(kept.end(), samples.begin(), samples.end());
    if (QString::fromStdString(name) == m_choice->currentData().toString() && !m_other->curves().empty())
        m_other->append(0, samples);
    else
        offer(name);
}

void RunCharts::offer(const std::string& name)
{
    const QString key = QString::fromStdString(name);
    if (m_choice->findData(key) >= 0) return;
    m_choice->addItem(metricTitle(name), key); // the first one is chosen by that
    if (name == "tokens_per_second") m_choice->setCurrentIndex(m_choice->count() - 1);
}

void RunCharts::showOther()
{
    const std::string name = m_choice->currentData().toString().toStdString();
    m_other->removeCurves();
    if (name.empty()) return;
    m_other->setTitle(metricTitle(name));
    m_other->append(m_other->addCurve(metricTitle(name), kOtherColor), m_samples[name]);
}

void RunCharts::explainEmpty(const RunRecord& run)
{
    const bool trains = run.kind == "finetune";
    const bool waits =
        run.state == RunState::Running || run.state == RunState::Paused || run.state == RunState::Queued;
    const bool scalesOnly = run.job.is_object() && run.job.value("train", nlohmann::json()) == "scales";
    m_loss->setTitle(run.kind == "evaluate" ? metricTitle("nll") : tr("Loss"));
    m_loss->setXCaption(run.kind == "evaluate" ? tr("window") : tr("step"));
    m_loss->setEmptyText(run.kind == "convert" ? tr("Converting has no loss curve. See Layers and Details.")
                         : run.kind == "generate"
                             ? tr("Generating has no loss curve. Its text is under Details.")
                         : waits ? tr("No step has finished yet.")
                                 : tr("This run ended before its first step."));
    m_flips->setEmptyText(scalesOnly        ? tr("This run writes no flips: it trains the scales only.")
                          : trains && waits ? tr("No flips yet.")
                          : trains          ? tr("This run wrote no flips.")
                                            : tr("Only finetuning flips Boolean weights."));
    m_other->setEmptyText(waits ? tr("No further metrics yet.") : tr("No further metrics."));
}

void RunCharts::saveChart(LineChart* chart)
{
    const QString file = askSaveFile(this, tr("Save chart"), chart->accessibleName() + QStringLiteral(".png"),
                                     tr("Image (*.png);;Vector image (*.svg);;Table (*.csv)"));
    if (file.isEmpty()) return;
    const Status status = exportChart(*chart, file);
    Q_EMIT told(status ? tr("Saved %1").arg(file) : QString::fromStdString(status.error().text()));
}

} // namespace boolab::ui
