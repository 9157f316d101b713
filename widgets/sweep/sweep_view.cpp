// SPDX-License-Identifier: Apache-2.0
#include "widgets/sweep/sweep_view.h"

#include "core/jobs/sweep_figures.h"
#include "widgets/base/text_look.h"
#include "widgets/charts/chart_colors.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/charts/picture_export.h"
#include "widgets/charts/point_chart.h"
#include "widgets/runs/run_state_look.h"
#include "widgets/runs/save_file.h"
#include "widgets/sweep/sweep_model.h"

#include <algorithm>
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>

namespace boolab::ui
{

namespace
{

struct AxisLook {
    SweepView::Axis axis;
    const char* key;
    double unit;
    const char* title;   ///< of the choice
    const char* caption; ///< below the axis
};

constexpr AxisLook kAxes[] = {
    {SweepView::Axis::BitsPerWeight, "bits_per_weight", 1,
     QT_TRANSLATE_NOOP("boolab::ui::SweepView", "Bits per weight, with scales"),
     QT_TRANSLATE_NOOP("boolab::ui::SweepView", "bits per weight, with scales")},
    {SweepView::Axis::WholeFileBits, "bits_per_weight_all", 1,
     QT_TRANSLATE_NOOP("boolab::ui::SweepView", "Bits per weight, whole file"),
     QT_TRANSLATE_NOOP("boolab::ui::SweepView", "bits per weight, whole file")},
    {SweepView::Axis::FileSize, "file_bytes", 1e6,
     QT_TRANSLATE_NOOP("boolab::ui::SweepView", "Size of the file"),
     QT_TRANSLATE_NOOP("boolab::ui::SweepView", "MB")},
};

bool isOver(const RunRecord& run)
{
    return !isActive(run.state) && run.state != RunState::Queued;
}

QStringList methodsOf(const SweepOverview& overview)
{
    QStringList methods;
    for (const SweepEntry& entry : overview.points)
        if (!methods.contains(entry.method)) methods << entry.method;
    return methods;
}

} // namespace

SweepView::SweepView(QWidget* parent)
    : QWidget(parent), m_axis(new QComboBox), m_log(new QCheckBox(tr("&Log axis"))), m_chart(new PointChart),
      m_table(new QTreeView), m_model(new SweepModel(this)), m_note(new QLabel)
{
    m_chart->setTitle(tr("Perplexity"));
    m_chart->setObjectName(QStringLiteral("sweepChart"));
    makeTable();
    m_note->setObjectName(QStringLiteral("sweepNote"));
    m_note->setWordWrap(true);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* side = new QWidget;
    auto* sideColumn = new QVBoxLayout(side);
    sideColumn->setContentsMargins(0, 0, 0, 0);
    sideColumn->addWidget(m_table, 1);
    sideColumn->addWidget(m_note);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(m_chart);
    split->addWidget(side);
    split->setStretchFactor(0, 1);
    split->setChildrenCollapsible(false);
    split->setSizes({440, 640});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(makeToolBar());
    column->addWidget(split, 1);
    connect(m_chart, &PointChart::activated, this, [this](int point) {
        open(&m_overview.points[static_cast<std::size_t>(m_drawn[static_cast<std::size_t>(point)])]);
    });
    connect(m_chart, &PointChart::currentChanged, this, [this](int point) {
        if (point >= 0)
            m_table->setCurrentIndex(m_model->index(m_drawn[static_cast<std::size_t>(point)] + 1, 0));
    });
    m_model->setDark(ChartColors(palette()).dark);
    showChart();
}

QWidget* SweepView::makeToolBar()
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    auto* label = new QLabel(tr("&Against"));
    label->setBuddy(m_axis);
    for (const AxisLook& look : kAxes)
        m_axis->addItem(tr(look.title));
    m_axis->setObjectName(QStringLiteral("sweepAxis"));
    m_log->setChecked(true);
    m_log->setToolTip(tr("Powers of ten for the perplexity"));
    auto* saveButton = new QToolButton;
    saveButton->setText(tr("Save…"));
    saveButton->setToolTip(tr("The chart as PNG or SVG, the points as CSV"));
    saveButton->setFocusPolicy(Qt::StrongFocus);
    row->addWidget(label);
    row->addWidget(m_axis);
    row->addSpacing(12);
    row->addWidget(m_log);
    row->addStretch(1);
    row->addWidget(saveButton);
    connect(m_axis, &QComboBox::currentIndexChanged, this, &SweepView::showChart);
    connect(m_log, &QCheckBox::toggled, m_chart, &PointChart::setLogY);
    connect(saveButton, &QToolButton::clicked, this, &SweepView::save);
    return box;
}

void SweepView::makeTable()
{
    m_table->setModel(m_model);
    m_table->setObjectName(QStringLiteral("sweepTable"));
    m_table->setAccessibleName(tr("Points of the sweep"));
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAlternatingRowColors(true);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setToolTip(tr("Double click or Enter opens the run"));
    QHeaderView* header = m_table->header();
    header->setStretchLastSection(true);
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    const int widths[] = {16, 11, 9, 7, 7, 8, 9}; // digits, in the order of the columns
    for (int column = 0; column < SweepModel::ColumnCount; ++column)
        header->resizeSection(column, widths[column] * digit);
    header->setSectionResizeMode(SweepModel::Name, QHeaderView::ResizeToContents);
    connect(m_table, &QTreeView::activated, this,
            [this](const QModelIndex& index) { open(m_model->entry(index.row())); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                const auto drawn = std::ranges::find(m_drawn, index.row() - 1);
                m_chart->setCurrent(drawn == m_drawn.end() ? -1 : static_cast<int>(drawn - m_drawn.begin()));
            });
    connect(m_table, &QWidget::customContextMenuRequested, this, &SweepView::offerRuns);
}

void SweepView::setSweep(const RunRecord& sweep, const std::vector<RunRecord>& runs)
{
    m_name = QString::fromStdString(sweep.name);
    m_overview = SweepOverview::from(sweep, runs);
    m_model->setOverview(m_overview);
    m_chart->setEmptyText(isOver(sweep) ? tr("No point has been measured.")
                          : m_overview.reference.state == SweepEntry::State::Done
                              ? tr("The first point is being converted and measured.")
                              : tr("The full-precision model is measured first."));
    showChart();
    showNote(sweep);
}

void SweepView::setAxis(Axis axis)
{
    m_axis->setCurrentIndex(static_cast<int>(axis));
}

void SweepView::showChart()
{
    const AxisLook& look = kAxes[std::max(0, m_axis->currentIndex())];
    const QStringList methods = methodsOf(m_overview);
    std::vector<PlotPoint> points;
    m_drawn.clear();
    for (std::size_t i = 0; i < m_overview.points.size(); ++i) {
        const SweepEntry& entry = m_overview.points[i];
        const PlotPoint point{static_cast<int>(methods.indexOf(entry.method)),
                              entry.figure(look.key) / look.unit, entry.figure("perplexity"),
                              entry.text() + QLatin1Char('\n') + tr("Click opens its run.")};
        if (entry.state != SweepEntry::State::Done || !std::isfinite(point.x) || !std::isfinite(point.y))
            continue;
        points.push_back(point);
        m_drawn.push_back(static_cast<int>(i));
    }
    const double full = m_overview.reference.figure("perplexity");
    m_chart->setXCaption(tr(look.caption));
    m_chart->setSeries(methods);
    m_chart->setPoints(std::move(points));
    m_chart->setReference(std::isfinite(full) ? std::optional(full) : std::nullopt,
                          tr("full precision %1").arg(valueText(full)));
}

void SweepView::showNote(const RunRecord& sweep)
{
    const auto count = static_cast<int>(m_overview.points.size());
    QStringList lines{tr("%1 of %2 points are done.").arg(m_overview.done).arg(count)};
    const int left = count - m_overview.done - m_overview.failed;
    if (left == 1 && isOver(sweep)) lines << tr("1 is left: Resume goes on with it.");
    if (left > 1 && isOver(sweep)) lines << tr("%1 are left: Resume goes on with them.").arg(left);
    if (m_overview.failed > 0 && isOver(sweep)) lines << tr("Run again tries those that failed once more.");
    QStringList failures;
    if (m_overview.reference.state == SweepEntry::State::Failed)
        failures << tr("full precision: %1").arg(m_overview.reference.status);
    for (const SweepEntry& entry : m_overview.points)
        if (entry.state == SweepEntry::State::Failed ||
            (entry.state == SweepEntry::State::Done && !entry.status.isEmpty()))
            failures << QStringLiteral("%1: %2").arg(entry.name(), entry.status);
    m_note->setToolTip(failures.join(QLatin1Char('\n')));
    constexpr qsizetype kShown = 3;
    if (failures.size() > kShown)
        failures = failures.mid(0, kShown) + QStringList{tr("… (%1 more)").arg(failures.size() - kShown)};
    QString text = lines.join(QLatin1Char(' '));
    if (!failures.isEmpty()) text += QLatin1Char('\n') + failures.join(QLatin1Char('\n'));
    m_note->setText(wrappable(text));
}

QString SweepView::note() const
{
    return m_note->text().remove(QChar(0x200b));
}

void SweepView::open(const SweepEntry* entry)
{
    if (entry == nullptr) return;
    if (entry->mainRun() != 0)
        Q_EMIT runRequested(entry->mainRun());
    else
        Q_EMIT told(tr("%1 has no run yet.").arg(entry->name()));
}

void SweepView::offerRuns(const QPoint& place)
{
    const SweepEntry* entry = m_model->entry(m_table->indexAt(place).row());
    if (entry == nullptr) return;
    QMenu menu;
    const auto offer = [&](const QString& text, RunId run) {
        menu.addAction(text, this, [this, run] { Q_EMIT runRequested(run); })->setEnabled(run != 0);
    };
    if (entry->bits > 0) offer(tr("Open its conversion"), entry->convertRun);
    offer(tr("Open its evaluation"), entry->evaluateRun);
    menu.exec(m_table->viewport()->mapToGlobal(place));
}

void SweepView::save()
{
    const QString file = askSaveFile(this, tr("Save the sweep"), m_name + QStringLiteral(".png"),
                                     tr("Picture (*.png);;Vector graphic (*.svg);;Table (*.csv)"));
    if (file.isEmpty()) return;
    const Status written = file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)
                               ? writeText(csv(), file)
                               : exportPicture(*m_chart, m_chart->title(), file);
    Q_EMIT told(written ? tr("Saved %1").arg(file) : QString::fromStdString(written.error().text()));
}

QString SweepView::csv() const
{
    return QString::fromStdString(sweepCsv(m_overview.result()));
}

void SweepView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) m_model->setDark(ChartColors(palette()).dark);
}

} // namespace boolab::ui
