// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/compare_charts.h"

#include "core/compare/report_charts.h"
#include "widgets/charts/chart_export.h"
#include "widgets/charts/line_chart.h"
#include "widgets/runs/metric_text.h"
#include "widgets/runs/save_file.h"

#include <algorithm>
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

namespace boolab::ui
{

namespace
{

constexpr std::size_t kMostCharts = 4;
constexpr int kDefaultSmoothing = 60;    // hundredths
constexpr std::size_t kLegendRuns = 4;   // more do not fit above a chart: the tray has the colours
constexpr std::size_t kAtOnce = 100'000; // points: some 30 ms
constexpr double kMinute = 60, kHour = 3600;

} // namespace

CompareCharts::CompareCharts(QWidget* parent)
    : QWidget(parent), m_grid(new QGridLayout), m_pick(new QToolButton), m_menu(new QMenu(this)),
      m_saveMenu(new QMenu(this)), m_axis(new QComboBox), m_smoothing(new QSlider(Qt::Horizontal)),
      m_logX(new QCheckBox(tr("Log &x"))), m_logY(new QCheckBox(tr("&Log y"))), m_note(new QLabel)
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(6);
    m_note->setWordWrap(true);
    m_note->setObjectName(QStringLiteral("curvesNote"));
    m_note->hide();
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &CompareCharts::drawNext);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(makeToolBar());
    column->addWidget(m_note);
    column->addLayout(m_grid, 1);
}

QWidget* CompareCharts::makeToolBar()
{
    m_pick->setText(tr("Metrics"));
    m_pick->setToolTip(tr("Which curves are shown, up to four"));
    m_pick->setPopupMode(QToolButton::InstantPopup);
    m_pick->setMenu(m_menu);
    m_axis->setAccessibleName(tr("What the curves are aligned by"));
    m_axis->addItem(tr("by step"), static_cast<int>(CurveAxis::Step));
    m_axis->addItem(tr("by tokens"), static_cast<int>(CurveAxis::Tokens));
    m_axis->addItem(tr("by time"), static_cast<int>(CurveAxis::Time));
    m_axis->setToolTip(tr("Tokens: what the run has read until then. Time: since the run began."));
    m_smoothing->setRange(0, 99);
    m_smoothing->setValue(kDefaultSmoothing);
    m_smoothing->setFixedWidth(110);
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setToolTip(tr("Weight of the moving average. The raw values stay visible behind it."));
    auto* label = new QLabel(tr("&Smoothing"));
    label->setBuddy(m_smoothing);
    auto* whole = new QToolButton;
    whole->setText(tr("Whole"));
    whole->setToolTip(tr("Shows all again (double click, Home). Wheel or drag zooms, Shift-drag pans."));
    auto* saveButton = new QToolButton;
    saveButton->setText(tr("Save chart"));
    saveButton->setToolTip(tr("PNG, SVG or CSV"));
    saveButton->setPopupMode(QToolButton::InstantPopup);
    saveButton->setMenu(m_saveMenu);
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_pick, m_axis})
        row->addWidget(widget);
    row->addStretch(1);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{label, m_smoothing, m_logX, m_logY, whole, saveButton})
        row->addWidget(widget);
    connect(m_axis, &QComboBox::currentIndexChanged, this, [this] {
        for (auto& [metric, entry] : m_entries) {
            entry.curves.clear(); // all stands elsewhere
            entry.chart->setView(std::nullopt);
        }
        redraw();
    });
    connect(m_smoothing, &QSlider::valueChanged, this, &CompareCharts::applyLook);
    connect(m_logX, &QCheckBox::toggled, this, [this] {
        redraw(); // in another unit, maybe
        applyLook();
    });
    connect(m_logY, &QCheckBox::toggled, this, &CompareCharts::applyLook);
    connect(whole, &QToolButton::clicked, this, [this] {
        for (const auto& [metric, entry] : m_entries)
            entry.chart->setView(std::nullopt);
    });
    return box;
}

CurveAxis CompareCharts::axis() const
{
    return static_cast<CurveAxis>(m_axis->currentData().toInt());
}

void CompareCharts::setAxis(CurveAxis axis)
{
    m_axis->setCurrentIndex(m_axis->findData(static_cast<int>(axis)));
}

int CompareCharts::smoothing() const
{
    return m_smoothing->value();
}

void CompareCharts::setSmoothing(int hundredths)
{
    m_smoothing->setValue(hundredths);
}

LineChart* CompareCharts::chart(const std::string& metric) const
{
    const auto found = m_entries.find(metric);
    return found == m_entries.end() ? nullptr : found->second.chart;
}

QString CompareCharts::note() const
{
    return m_note->isHidden() ? QString() : m_note->text();
}

void CompareCharts::update(const CompareInput& input)
{
    m_input = input;
    chooseMetrics(input);
    fillMenu(input);
    redraw();
}

void CompareCharts::setMetrics(const std::vector<std::string>& metrics)
{
    m_isChosen = !metrics.empty();
    m_metrics = metrics;
    if (m_metrics.size() > kMostCharts) m_metrics.resize(kMostCharts);
    arrange();
    redraw();
    Q_EMIT metricsChanged();
}

/// Until somebody has chosen: what tells most about these runs.
void CompareCharts::chooseMetrics(const CompareInput& input)
{
    if (m_isChosen) return;
    const auto telling = tellingMetrics(input.runs, kMostCharts);
    if (telling == m_metrics) return;
    m_metrics = telling;
    arrange();
    Q_EMIT metricsChanged();
}

void CompareCharts::fillMenu(const CompareInput& input)
{
    const auto all = tellingMetrics(input.runs, 1000);
    m_menu->clear();
    for (const std::string& metric : all) {
        QAction* action = m_menu->addAction(metricTitle(metric));
        action->setData(QString::fromStdString(metric));
        action->setCheckable(true);
        const bool isShown = std::ranges::find(m_metrics, metric) != m_metrics.end();
        action->setChecked(isShown);
        action->setEnabled(isShown || m_metrics.size() < kMostCharts);
        connect(action, &QAction::toggled, this, [this, metric](bool on) {
            std::vector<std::string> metrics = m_metrics;
            on ? metrics.push_back(metric) : static_cast<void>(std::erase(metrics, metric));
            setMetrics(metrics);
            m_isChosen = true;
            fillMenu(CompareInput(m_input));
        });
    }
    m_pick->setEnabled(!all.empty());
    m_saveMenu->clear();
    for (const std::string& metric : m_metrics)
        m_saveMenu->addAction(metricTitle(metric), this, [this, metric] { save(metric); });
}

void CompareCharts::arrange()
{
    for (auto at = m_entries.begin(); at != m_entries.end();) {
        if (std::ranges::find(m_metrics, at->first) == m_metrics.end()) {
            at->second.chart->deleteLater();
            at->second.chart->hide();
            at = m_entries.erase(at);
        } else {
            m_grid->removeWidget(at->second.chart);
            ++at;
        }
    }
    const std::size_t columns = m_metrics.size() > 1 ? 2 : 1;
    for (std::size_t i = 0; i < m_metrics.size(); ++i) {
        Entry& entry = m_entries[m_metrics[i]];
        if (entry.chart == nullptr) {
            auto* chart = entry.chart = new LineChart(metricTitle(m_metrics[i]), this);
            connect(chart, &LineChart::viewChanged, this, [this, chart] {
                for (const auto& [metric, other] : m_entries) {
                    const QSignalBlocker blocker(other.chart);
                    if (other.chart != chart) other.chart->setView(chart->view());
                }
            });
        }
        const bool isWide = i + 1 == m_metrics.size() && i % columns == 0;
        m_grid->addWidget(entry.chart, static_cast<int>(i / columns), static_cast<int>(i % columns), 1,
                          isWide ? static_cast<int>(columns) : 1);
        entry.chart->show();
    }
    applyLook();
}

CurvePtr CompareCharts::curveOf(RunId run, const std::string& metric) const
{
    if (!m_input.data) return {};
    const auto curves = m_input.data->curves.find(run);
    if (curves == m_input.data->curves.end()) return {};
    const auto found = curves->second.find(metric);
    return found == curves->second.end() ? CurvePtr() : found->second;
}

/// Of every run that is shown and has it.
bool CompareCharts::isRead(const std::string& metric) const
{
    return std::ranges::all_of(m_input.runs, [&](const ComparedRun& one) {
        return std::ranges::find(one.curves, metric, &MetricSummary::name) == one.curves.end() ||
               curveOf(one.run.id, metric) != nullptr;
    });
}

std::vector<Sample> CompareCharts::samplesFrom(const CurveReading& curve, const RunRecord& run,
                                               std::size_t first, double factor) const
{
    std::vector<Sample> samples;
    samples.reserve(curve.points.size() - first);
    const double unit = axis() == CurveAxis::Time ? m_timeUnit : 1;
    const double perStep = axis() == CurveAxis::Tokens ? tokensPerStep(run) : 1;
    for (std::size_t i = first; i < curve.points.size(); ++i) {
        const MetricPoint& point = curve.points[i];
        const double place = axis() == CurveAxis::Time ? placeOf(point, run, CurveAxis::Time) / unit
                                                       : perStep * static_cast<double>(point.step);
        if (axis() == CurveAxis::Tokens && perStep <= 0) return {};
        if (std::isfinite(place)) samples.push_back({place, factor * point.value});
    }
    return samples;
}

/// The chart holds the beginnings of these very curves.
bool CompareCharts::canAppend(const std::string& metric, const Entry& entry) const
{
    std::size_t at = 0;
    for (const ComparedRun& one : m_input.runs) {
        const CurvePtr curve = curveOf(one.run.id, metric);
        if (!curve) continue;
        if (at >= entry.curves.size()) return false;
        const Drawn& drawn = entry.curves[at++];
        if (drawn.run != one.run.id || drawn.edition != curve->edition || drawn.points > curve->points.size())
            return false;
        const auto& known = entry.chart->curves()[at - 1];
        if (known.color != m_input.colorOf(one.run.id) || known.name != QString::fromStdString(one.run.name))
            return false;
    }
    return at == entry.curves.size();
}

void CompareCharts::draw(const std::string& metric, Entry& entry)
{
    const bool isMore = !entry.curves.empty() && canAppend(metric, entry);
    if (!isMore) {
        entry.chart->removeCurves();
        entry.curves.clear();
    }
    std::size_t at = 0;
    for (const ComparedRun& one : m_input.runs) {
        const CurvePtr curve = curveOf(one.run.id, metric);
        if (!curve) continue;
        if (!isMore) {
            entry.chart->addCurve(QString::fromStdString(one.run.name), m_input.colorOf(one.run.id));
            entry.curves.push_back({one.run.id, curve->edition, 0});
        }
        Drawn& drawn = entry.curves[at];
        if (drawn.points < curve->points.size())
            entry.chart->append(static_cast<int>(at),
                                samplesFrom(*curve, one.run, drawn.points, metricFactor(metric)));
        drawn.points = curve->points.size();
        ++at;
    }
}

void CompareCharts::redraw()
{
    double longest = 0;
    for (const ComparedRun& one : m_input.runs)
        longest = std::max(longest, std::max(one.run.endedAt, one.run.heartbeatAt) - one.run.startedAt);
    // On a logarithmic axis the beginning is what is looked at.
    const double unit = m_logX->isChecked()      ? 1
                        : longest > 5 * kHour    ? kHour
                        : longest > 10 * kMinute ? kMinute
                                                 : 1;
    if (unit != m_timeUnit && axis() == CurveAxis::Time)
        for (auto& [metric, entry] : m_entries)
            entry.curves.clear();
    m_timeUnit = unit;
    const QString caption = axis() == CurveAxis::Step     ? tr("step")
                            : axis() == CurveAxis::Tokens ? tr("tokens")
                            : unit == kHour               ? tr("hours")
                            : unit == kMinute             ? tr("minutes")
                                                          : tr("seconds");
    for (auto& [metric, entry] : m_entries) {
        entry.chart->setXCaption(caption);
        entry.chart->setLegendShown(m_input.runs.size() <= kLegendRuns);
        entry.chart->setEmptyText(axis() == CurveAxis::Tokens
                                      ? tr("The steps of these runs read no tokens. Align by step.")
                                  : isRead(metric) ? tr("The ticked runs have no point of this curve.")
                                                   : tr("Reading the curve…"));
    }
    m_waiting.clear();
    m_waiting.assign(m_metrics.rbegin(), m_metrics.rend()); // taken from the back
    m_isStaged = pointsToDraw() > kAtOnce;                  // then the window answers in between
    if (m_isStaged)
        m_next.start();
    else
        while (!m_waiting.empty())
            drawNext();
    tellWhatIsMissing();
}

void CompareCharts::drawNext()
{
    if (m_waiting.empty()) return;
    const std::string metric = std::move(m_waiting.back());
    m_waiting.pop_back();
    if (const auto found = m_entries.find(metric); found != m_entries.end()) draw(metric, found->second);
    if (m_isStaged && !m_waiting.empty()) m_next.start();
}

std::size_t CompareCharts::pointsToDraw() const
{
    std::size_t count = 0;
    for (const std::string& metric : m_waiting)
        for (const ComparedRun& one : m_input.runs)
            if (const CurvePtr curve = curveOf(one.run.id, metric)) count += curve->points.size();
    return count;
}

void CompareCharts::tellWhatIsMissing()
{
    QString text;
    if (m_metrics.empty()) {
        text = m_input.runs.empty() ? tr("No run is ticked in the tray.")
               : m_isChosen
                   ? tr("Choose a metric above.")
                   : tr("These runs wrote no curves: only what was measured at their ends is compared, "
                        "under Results.");
    } else if (axis() == CurveAxis::Tokens) {
        QStringList without;
        for (const ComparedRun& one : m_input.runs)
            if (tokensPerStep(one.run) <= 0) without << QString::fromStdString(one.run.name);
        if (!without.isEmpty())
            text = tr("Left out, as their steps read no tokens: %1.").arg(without.join(tr(", ")));
    }
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void CompareCharts::applyLook()
{
    for (const auto& [metric, entry] : m_entries) {
        entry.chart->setLogX(m_logX->isChecked());
        entry.chart->setLogY(m_logY->isChecked());
        const bool isSmooth = metric != "nll" && metric != "perplexity" && !metric.starts_with("held_out");
        entry.chart->setSmoothing(isSmooth ? m_smoothing->value() / 100.0 : 0);
    }
}

void CompareCharts::save(const std::string& metric)
{
    LineChart* shown = chart(metric);
    if (shown == nullptr) return;
    const QString file =
        askSaveFile(this, tr("Save the chart"), QString::fromStdString(metric) + QStringLiteral(".png"),
                    tr("Picture (*.png);;Vector graphic (*.svg);;Table (*.csv)"));
    if (file.isEmpty()) return;
    const Status written = exportChart(*shown, file);
    Q_EMIT told(written ? tr("Saved %1").arg(file) : QString::fromStdString(written.error().text()));
}

} // namespace boolab::ui
