// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_charts.h"

#include "widgets/charts/chart_export.h"
#include "widgets/charts/layer_heatmap.h"
#include "widgets/charts/picture_export.h"
#include "widgets/runs/metric_text.h"
#include "widgets/runs/save_file.h"

#include <algorithm>

#include <QButtonGroup>
#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolButton>

namespace boolab::ui
{
namespace
{

constexpr int kDefaultSmoothing = 60; // hundredths
constexpr int kOtherColor = 4;
constexpr std::size_t kOverviewCharts = 3;
constexpr std::array kGroups{ChartGroup::Overview, ChartGroup::Loss,    ChartGroup::Flips,
                             ChartGroup::Scales,   ChartGroup::Machine, ChartGroup::More};

ChartMark markOf(const RunEvent& event)
{
    const bool isFaint = event.kind == "checkpoint";
    const int color = event.kind == "rollback" ? 1 : event.kind == "setting" ? 4 : 6;
    const QString kind = QString::fromStdString(event.kind), text = QString::fromStdString(event.text);
    return {static_cast<double>(event.step), color, isFaint,
            text.isEmpty() ? kind : QStringLiteral("%1: %2").arg(kind, text)};
}

} // namespace

RunCharts::RunCharts(QWidget* parent)
    : QWidget(parent), m_flipMap(new LayerHeatmap(tr("Flips per layer and step"), tr("flips"), this)),
      m_groups(new QButtonGroup(this)), m_grid(new QGridLayout), m_smoothing(new QSlider(Qt::Horizontal)),
      m_logX(new QCheckBox(tr("Log &x"))), m_logY(new QCheckBox(tr("&Log y"))), m_saveMenu(new QMenu(this))
{
    for (const RunChartSpec& spec : runChartList())
        m_entries.push_back({&spec, makeChart(chartTitle(spec)), {}});
    m_flipMap->hide();
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(6);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(makeToolBar());
    column->addLayout(m_grid, 1);
    arrange();
}

LineChart* RunCharts::makeChart(const QString& title)
{
    auto* chart = new LineChart(title, this);
    chart->hide();
    chart->setMarks(m_marks);
    chart->setLogX(m_logX->isChecked());
    chart->setLogY(m_logY->isChecked());
    chart->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(chart, &LineChart::viewChanged, this, [this, chart] { shareView(chart); });
    connect(chart, &QWidget::customContextMenuRequested, this,
            [this, chart](const QPoint& place) { showMenu(chart, place); });
    return chart;
}

QWidget* RunCharts::makeGroups()
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    for (const ChartGroup group : kGroups) {
        auto* button = new QToolButton;
        button->setText(groupTitle(group));
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAccessibleName(tr("Charts: %1").arg(groupTitle(group)));
        m_groups->addButton(button, static_cast<int>(group));
        row->addWidget(button);
    }
    m_groups->button(static_cast<int>(ChartGroup::Overview))->setChecked(true);
    connect(m_groups, &QButtonGroup::idClicked, this,
            [this](int id) { setGroup(static_cast<ChartGroup>(id)); });
    return box;
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
    m_smoothing->setFixedWidth(120);
    m_smoothing->setToolTip(tr("Weight of the moving average. The raw values stay visible behind it."));
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_logX->setToolTip(tr("Logarithmic steps: the beginning gets more room."));
    m_logY->setToolTip(tr("Logarithmic values on all charts; the menu of a chart changes it alone."));
    auto* whole = new QToolButton;
    whole->setText(tr("Whole run"));
    whole->setToolTip(
        tr("Shows all steps again (double click, Home). Wheel or drag zooms, Shift-drag pans."));
    auto* save = new QToolButton;
    save->setText(tr("Save chart"));
    save->setToolTip(tr("PNG, SVG or CSV"));
    save->setPopupMode(QToolButton::InstantPopup);
    save->setMenu(m_saveMenu);
    row->addWidget(makeGroups());
    row->addStretch(1);
    row->addWidget(label);
    row->addWidget(m_smoothing);
    row->addSpacing(8);
    row->addWidget(m_logX);
    row->addWidget(m_logY);
    row->addSpacing(8);
    row->addWidget(whole);
    row->addWidget(save);
    connect(m_smoothing, &QSlider::valueChanged, this, &RunCharts::applySmoothing);
    connect(m_logX, &QCheckBox::toggled, this, [this](bool on) {
        for (const Entry& entry : m_entries)
            entry.chart->setLogX(on);
        lineUp();
    });
    connect(m_logY, &QCheckBox::toggled, this, [this](bool on) {
        for (const Entry& entry : m_entries)
            entry.chart->setLogY(on);
    });
    connect(whole, &QToolButton::clicked, this, [this] { m_entries.front().chart->setView(std::nullopt); });
    return box;
}

void RunCharts::shareView(const LineChart* source)
{
    for (const Entry& entry : m_entries) {
        const QSignalBlocker blocker(entry.chart);
        if (entry.chart != source) entry.chart->setView(source->view());
    }
    lineUp();
}

/// All charts and the map over the same steps.
void RunCharts::lineUp()
{
    const auto view = m_entries.front().chart->view();
    const auto shown = view ? view : m_span;
    for (const Entry& entry : m_entries)
        entry.chart->setSpan(m_span);
    if (!shown) return m_flipMap->setWindow(std::nullopt);
    const bool isLog = m_logX->isChecked();
    m_flipMap->setWindow(AxisWindow{isLog ? std::max(1.0, shown->low) : shown->low, shown->high, isLog});
}

LineChart* RunCharts::chart(const std::string& metric) const
{
    for (const Entry& entry : m_entries)
        if (entry.curves.contains(metric) ||
            (entry.spec != nullptr &&
             std::ranges::any_of(entry.spec->curves, [&](const RunCurve& c) { return c.metric == metric; })))
            return entry.chart;
    return nullptr;
}

std::vector<LineChart*> RunCharts::shownCharts() const
{
    std::vector<LineChart*> charts;
    for (QWidget* widget : m_shown)
        if (auto* chart = qobject_cast<LineChart*>(widget)) charts.push_back(chart);
    return charts;
}

RunCharts::Entry& RunCharts::entryOf(const std::string& metric)
{
    LineChart* known = chart(metric);
    if (known == nullptr) {
        m_entries.push_back({nullptr, makeChart(metricTitle(metric)), {}});
        return m_entries.back();
    }
    return *std::ranges::find(m_entries, known, &Entry::chart);
}

void RunCharts::append(const std::string& metric, const std::vector<MetricPoint>& points)
{
    if (isTold(metric) || points.empty()) return;
    Entry& entry = entryOf(metric);
    if (!entry.curves.contains(metric)) {
        int color = kOtherColor;
        if (entry.spec != nullptr)
            color = std::ranges::find_if(entry.spec->curves, [&](const RunCurve& c) {
                        return c.metric == metric;
                    })->color;
        entry.curves[metric] = entry.chart->addCurve(metricTitle(metric), color);
    }
    const double factor = metricFactor(metric);
    std::vector<Sample> samples;
    samples.reserve(points.size());
    for (const MetricPoint& point : points)
        samples.push_back({static_cast<double>(point.step), factor * point.value});
    entry.chart->append(entry.curves[metric], samples);
    if (!m_span) m_span = LineChart::View{samples.front().x, samples.back().x};
    m_span =
        LineChart::View{std::min(m_span->low, samples.front().x), std::max(m_span->high, samples.back().x)};
}

void RunCharts::clear()
{
    m_entries.front().chart->setView(std::nullopt);
    while (m_entries.back().spec == nullptr) {
        m_entries.back().chart->deleteLater();
        std::erase(m_shown, m_entries.back().chart);
        m_entries.pop_back();
    }
    for (Entry& entry : m_entries) {
        entry.chart->removeCurves();
        entry.chart->setMarks({});
        entry.curves.clear();
    }
    m_flipMap->clear();
    m_marks.clear();
    m_span.reset();
    m_run = {};
}

void RunCharts::update(const RunUpdate& update)
{
    if (update.fromStart) {
        for (const Entry& entry : m_entries)
            entry.chart->clearSamples();
        m_span.reset();
    }
    m_run = update.run;
    for (const auto& [name, points] : update.metrics)
        append(name, points);
    takeMarks(update);
    takeFlips(update);
    lineUp();
    applySmoothing();
    explainEmpty();
    if (!isOffered(m_group)) m_group = ChartGroup::Overview;
    showGroups();
    if (chosen() != m_shown) arrange();
}

void RunCharts::showGroups()
{
    for (const ChartGroup group : kGroups)
        m_groups->button(static_cast<int>(group))->setVisible(isOffered(group));
    m_groups->button(static_cast<int>(m_group))->setChecked(true);
}

void RunCharts::takeMarks(const RunUpdate& update)
{
    if (update.fromStart) m_marks.clear();
    if (update.events.empty() && !update.fromStart) return;
    std::ranges::transform(update.events, std::back_inserter(m_marks), markOf);
    std::ranges::stable_sort(m_marks, {}, &ChartMark::x);
    for (const Entry& entry : m_entries)
        entry.chart->setMarks(m_marks);
}

void RunCharts::takeFlips(const RunUpdate& update)
{
    if (update.fromStart) m_flipMap->clear();
    if (!update.layerNames.empty()) m_flipMap->setLayers(layerNamesFrom(update.layerNames));
    for (const LayerStats& stats : update.layers)
        if (stats.quantity == "flips") m_flipMap->add(stats.step, stats.values);
}

void RunCharts::explainEmpty()
{
    const bool measures = m_run.kind == "evaluate";
    LineChart* loss = m_entries.front().chart;
    loss->setTitle(measures ? metricTitle("nll") : chartTitle(*m_entries.front().spec));
    for (const Entry& entry : m_entries) {
        entry.chart->setXCaption(measures ? tr("window") : tr("step"));
        if (entry.spec != nullptr) entry.chart->setEmptyText(emptyChartText(*entry.spec, m_run));
        if (entry.spec != nullptr && entry.spec->group == ChartGroup::Flips)
            m_flipMap->setEmptyText(emptyChartText(*entry.spec, m_run));
    }
}

void RunCharts::applySmoothing()
{
    // Windows of a text are no sequence in time: an average over them would say nothing.
    const double weight = m_run.kind == "evaluate" ? 0 : m_smoothing->value() / 100.0;
    for (const Entry& entry : m_entries)
        entry.chart->setSmoothing(entry.spec == nullptr || entry.spec->isNoisy ? weight : 0);
}

void RunCharts::setGroup(ChartGroup group)
{
    m_group = group;
    m_groups->button(static_cast<int>(group))->setChecked(true);
    arrange();
}

bool RunCharts::isOffered(ChartGroup group) const
{
    const auto hasData = [&](const Entry& entry) {
        return (entry.spec != nullptr ? entry.spec->group : ChartGroup::More) == group &&
               !entry.curves.empty();
    };
    if (group == ChartGroup::Overview) return true;
    if (group != ChartGroup::More && m_run.kind == "finetune") return true;
    return std::ranges::any_of(m_entries, hasData);
}

/// A chart that will stay empty takes no room beside others.
bool RunCharts::isWorthShowing(const Entry& entry) const
{
    if (!entry.curves.empty()) return true;
    if (m_run.kind != "finetune" || entry.spec == nullptr || entry.spec->onlyWritten) return false;
    return entry.spec->group != ChartGroup::Flips || !trainsScalesOnly(m_run);
}

std::vector<QWidget*> RunCharts::chosen() const
{
    const bool overview = m_group == ChartGroup::Overview;
    std::vector<QWidget*> charts;
    for (const Entry& entry : m_entries) {
        const bool ofGroup = (entry.spec != nullptr ? entry.spec->group : ChartGroup::More) == m_group;
        if ((overview || ofGroup) && isWorthShowing(entry)) charts.push_back(entry.chart);
        if (overview && charts.size() == kOverviewCharts) break;
    }
    const bool hasLayers = !m_flipMap->grid().columns().empty();
    if (m_group == ChartGroup::Flips && (hasLayers || !trainsScalesOnly(m_run))) charts.push_back(m_flipMap);
    if (!charts.empty()) return charts;
    const auto ofGroup = std::ranges::find_if(m_entries, [&](const Entry& entry) {
        return entry.spec != nullptr && (overview || entry.spec->group == m_group);
    });
    return {ofGroup->chart};
}

/// One chart has all the room, three stand as one beside two, others in two columns.
void RunCharts::arrange()
{
    showGroups();
    const auto charts = chosen();
    for (QWidget* widget : m_shown) {
        m_grid->removeWidget(widget);
        if (std::ranges::find(charts, widget) == charts.end()) widget->hide();
    }
    const auto count = static_cast<int>(charts.size());
    const bool oneIsLarge = count == 3;
    for (int i = 0; i < count; ++i) {
        const int place = oneIsLarge && i > 0 ? 2 * i - 1 : i;
        m_grid->addWidget(charts[static_cast<std::size_t>(i)], place / 2, place % 2,
                          oneIsLarge && i == 0 ? 2 : 1, 1);
        charts[static_cast<std::size_t>(i)]->show();
    }
    const int rows = oneIsLarge ? 2 : (count + 1) / 2;
    for (int row = 0; row < m_grid->rowCount(); ++row)
        m_grid->setRowStretch(row, row < rows ? 1 : 0);
    m_grid->setColumnStretch(0, oneIsLarge ? 3 : 1);
    m_grid->setColumnStretch(1, count == 1 ? 0 : oneIsLarge ? 2 : 1);
    m_shown = charts;
    fillSaveMenu(charts);
}

void RunCharts::fillSaveMenu(const std::vector<QWidget*>& shown)
{
    m_saveMenu->clear();
    for (QWidget* chart : shown)
        m_saveMenu->addAction(chart->accessibleName() + QStringLiteral("…"), this,
                              [this, chart] { save(chart); });
}

void RunCharts::showMenu(LineChart* chart, const QPoint& place)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Save chart…"), this, [this, chart] { save(chart); });
    QAction* log = menu->addAction(tr("Logarithmic values"));
    log->setCheckable(true);
    log->setChecked(chart->isLogY());
    connect(log, &QAction::toggled, chart, &LineChart::setLogY);
    menu->addAction(tr("Whole run"), this, [chart] { chart->setView(std::nullopt); });
    menu->popup(chart->mapToGlobal(place));
}

void RunCharts::save(QWidget* chart)
{
    const QString title = chart->accessibleName();
    const QString file = askSaveFile(this, tr("Save chart"), title + QStringLiteral(".png"),
                                     tr("Image (*.png);;Vector image (*.svg);;Table (*.csv)"));
    if (file.isEmpty()) return;
    const bool isTable = file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
    auto* lines = qobject_cast<LineChart*>(chart);
    const Status status = lines != nullptr ? exportChart(*lines, file)
                          : isTable        ? writeText(m_flipMap->csv(), file)
                                           : exportPicture(*chart, title, file);
    Q_EMIT told(status ? tr("Saved %1").arg(file) : QString::fromStdString(status.error().text()));
}

} // namespace boolab::ui
