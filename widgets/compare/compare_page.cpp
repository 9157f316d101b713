// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/compare_page.h"

#include "core/compare/comparison.h"
#include "widgets/base/drop_veil.h"
#include "widgets/compare/compare_charts.h"
#include "widgets/compare/compare_layers.h"
#include "widgets/compare/compare_tables.h"
#include "widgets/compare/compare_texts.h"
#include "widgets/compare/compare_tray.h"
#include "widgets/compare/tradeoff_view.h"
#include "widgets/runs/notice_bar.h"
#include "widgets/runs/run_mime.h"

#include <algorithm>

#include <QCheckBox>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QTabWidget>
#include <QToolButton>

namespace boolab::ui
{

ComparePage::ComparePage(std::filesystem::path database, QWidget* parent)
    : QWidget(parent), m_reader(new CompareReader(std::move(database), this)), m_stack(new QStackedLayout),
      m_empty(new QLabel), m_tray(new CompareTray), m_tabs(new QTabWidget), m_charts(new CompareCharts),
      m_settings(new FactsTable(tr("Settings side by side"))),
      m_results(new FactsTable(tr("Results side by side"))),
      m_onlyDiffering(new QCheckBox(tr("&Only what differs"))),
      m_withCurves(new QCheckBox(tr("Last values of &curves"))), m_settingsNote(new QLabel),
      m_resultsNote(new QLabel), m_layers(new CompareLayers), m_texts(new CompareTexts),
      m_tradeoff(new TradeoffView), m_notice(new NoticeBar), m_save(new QToolButton), m_open(new QToolButton),
      m_export(new QToolButton), m_savedMenu(new QMenu(this)), m_veil(new DropVeil(this))
{
    setAcceptDrops(true);
    auto* split = new QSplitter;
    split->setObjectName(QStringLiteral("compareSplitter"));
    split->addWidget(makeSide());
    split->addWidget(makeViews());
    split->setStretchFactor(1, 1);
    split->setSizes({250, 850});
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(m_notice);
    column->addWidget(split, 1);
    setFocusProxy(m_tray->list());
    connectParts();
    fillSavedMenu();
    updateViews();
}

ComparePage::~ComparePage() = default;

QWidget* ComparePage::makeSide()
{
    const auto prepare = [](QToolButton* button, const QString& text, const QString& tip) {
        button->setText(text);
        button->setToolTip(tip);
        button->setFocusPolicy(Qt::StrongFocus);
    };
    prepare(m_save, tr("Save…"), tr("Keeps these runs, and how they are looked at, under a name"));
    prepare(m_open, tr("Open"), tr("Comparisons that were saved"));
    prepare(m_export, tr("Report"), tr("All views in one file that needs nothing else"));
    m_open->setPopupMode(QToolButton::InstantPopup);
    m_open->setMenu(m_savedMenu);
    auto* reports = new QMenu(this);
    reports->addAction(tr("HTML…"), this, [this] { askFileAndExport(QStringLiteral(".html")); });
    reports->addAction(tr("PDF…"), this, [this] { askFileAndExport(QStringLiteral(".pdf")); });
    m_export->setPopupMode(QToolButton::InstantPopup);
    m_export->setMenu(reports);
    auto* bar = new QHBoxLayout;
    for (QToolButton* button : {m_open, m_save, m_export})
        bar->addWidget(button);
    bar->addStretch(1);
    auto* side = new QWidget;
    side->setMinimumWidth(230);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 4, 0);
    column->addLayout(bar);
    column->addWidget(m_tray, 1);
    connect(m_save, &QToolButton::clicked, this, &ComparePage::askNameAndSave);
    return side;
}

QWidget* ComparePage::makeSettings()
{
    m_onlyDiffering->setToolTip(
        tr("Settings that are the same in all runs are hidden, and those of one kind of job alone "
           "stand in one row; else they stand below"));
    m_settingsNote->setWordWrap(true);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_settingsNote, 1);
    bar->addWidget(m_onlyDiffering);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(4, 4, 4, 4);
    column->addLayout(bar);
    column->addWidget(m_settings, 1);
    return box;
}

QWidget* ComparePage::makeResults()
{
    m_results->setTextElideMode(Qt::ElideRight); // a protocol begins with what matters most
    m_resultsNote->setWordWrap(true);
    m_resultsNote->setObjectName(QStringLiteral("resultsNote"));
    m_withCurves->setToolTip(tr("Also metrics that were written while the runs went on"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_resultsNote, 1);
    bar->addWidget(m_withCurves, 0, Qt::AlignTop);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(4, 4, 4, 4);
    column->addLayout(bar);
    column->addWidget(m_results, 1);
    return box;
}

QWidget* ComparePage::makeViews()
{
    m_tabs->setAccessibleName(tr("Views of the comparison"));
    m_tabs->setDocumentMode(true);
    const std::pair<QString, QWidget*> views[] = {
        {tr("Charts"), m_charts}, {tr("Settings"), makeSettings()}, {tr("Results"), makeResults()},
        {tr("Layers"), m_layers}, {tr("Texts"), m_texts},           {tr("Trade-off"), m_tradeoff}};
    for (const auto& [title, view] : views)
        m_tabs->addTab(view, title);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(40);
    m_empty->setText(
        tr("Nothing to compare yet.\n\nSelect runs on the page Runs and press C, or drag them here or onto "
           "“Compare” at the left. The tray keeps them while you search for others."));
    auto* toRuns = new QPushButton(tr("Go to the &runs"));
    toRuns->setObjectName(QStringLiteral("goToRuns"));
    connect(toRuns, &QPushButton::clicked, this, &ComparePage::runsPageRequested);
    auto* empty = new QWidget;
    auto* column = new QVBoxLayout(empty);
    column->addStretch(1);
    column->addWidget(m_empty);
    column->addWidget(toRuns, 0, Qt::AlignHCenter);
    column->addStretch(2);
    auto* views_ = new QWidget;
    views_->setLayout(m_stack);
    m_stack->setContentsMargins(0, 0, 0, 0);
    m_stack->addWidget(empty);
    m_stack->addWidget(m_tabs);
    return views_;
}

void ComparePage::connectParts()
{
    connect(m_reader, &CompareReader::read, this, &ComparePage::take);
    connect(m_reader, &CompareReader::failed, this, [this](const QString& text) {
        m_notice->tell(text);
        Q_EMIT statusChanged(text);
    });
    connect(m_reader, &CompareReader::saved, this, [this](const QString& name) {
        m_name = name;
        Q_EMIT statusChanged(tr("Saved the comparison “%1”").arg(name));
    });
    connect(m_tray, &CompareTray::runsChanged, this, [this] {
        m_reader->setRuns(m_tray->ids());
        updateViews();
    });
    connect(m_tray, &CompareTray::lookChanged, this, &ComparePage::updateViews);
    connect(m_tray, &CompareTray::told, this, &ComparePage::statusChanged);
    connect(m_charts, &CompareCharts::metricsChanged, this, [this] {
        m_reader->setMetrics({m_charts->metrics().begin(), m_charts->metrics().end()});
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, &ComparePage::updateCurrent);
    connect(m_onlyDiffering, &QCheckBox::toggled, this, &ComparePage::updateCurrent);
    connect(m_withCurves, &QCheckBox::toggled, this, &ComparePage::updateCurrent);
    connect(m_charts, &CompareCharts::told, this, &ComparePage::statusChanged);
    connect(m_tradeoff, &TradeoffView::told, this, &ComparePage::statusChanged);
    connect(m_tradeoff, &TradeoffView::runRequested, this, &ComparePage::runRequested);
    connect(m_tray->list(), &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        Q_EMIT runRequested(item->data(Qt::UserRole).toLongLong());
    });
}

void ComparePage::addRuns(const std::vector<RunId>& ids)
{
    m_tray->add(ids);
}

bool ComparePage::isReading() const
{
    return m_reader->isReading() || m_charts->isDrawing() || m_writing > 0;
}

QString ComparePage::emptyText() const
{
    return m_stack->currentIndex() == 0 ? m_empty->text() : QString();
}

void ComparePage::take(const CompareDataPtr& data)
{
    m_data = data;
    fillSavedMenu();
    if (!m_pending.isEmpty()) return openSaved(std::exchange(m_pending, {}));
    m_tray->update(*data);
    updateViews();
    offerEvaluations();
}

/// Whoever compares models wants their scores, which stand in runs of their own.
void ComparePage::offerEvaluations()
{
    const auto evaluations = evaluationsOf(m_data->runs, *m_data->all);
    if (evaluations == m_offered) return;
    m_offered = evaluations;
    if (evaluations.empty()) return m_notice->hide();
    const QString text =
        evaluations.size() == 1
            ? tr("One evaluation of these models is in the database.")
            : tr("%1 evaluations of these models are in the database.").arg(evaluations.size());
    m_notice->offer(text, tr("Add"), [this, evaluations] { addRuns(evaluations); });
}

CompareInput ComparePage::input() const
{
    CompareInput input{
        .data = m_data, .runs = {}, .colors = m_tray->colors(), .baseline = m_tray->baseline()};
    if (m_data)
        for (const ComparedRun& one : m_data->runs)
            if (m_tray->isShown(one.run.id)) input.runs.push_back(one);
    return input;
}

/// The charts always, as they say which curves are read; of the others the one that is seen.
void ComparePage::updateViews()
{
    const bool isEmpty = m_tray->ids().empty();
    m_stack->setCurrentIndex(isEmpty ? 0 : 1);
    m_save->setEnabled(!isEmpty);
    m_export->setEnabled(!isEmpty);
    if (m_tabs->currentWidget() != m_charts) m_charts->update(input());
    updateCurrent();
}

void ComparePage::updateCurrent()
{
    const CompareInput now = input();
    QWidget* view = m_tabs->currentWidget();
    if (view == m_charts) return m_charts->update(now);
    if (view == m_layers) return m_layers->update(now);
    if (view == m_texts) return m_texts->update(now);
    if (view == m_tradeoff) return m_tradeoff->update(now);
    if (view->isAncestorOf(m_settings)) {
        m_settings->setFacts(settingsFacts(now, m_onlyDiffering->isChecked()));
        const auto count = std::ranges::count_if(compareSettings(now.runs), &SettingRow::differs);
        m_settingsNote->setText(now.runs.size() < 2
                                    ? tr("Tick a second run in the tray to see what differs.")
                                    : tr("%1 settings differ; they stand on top.").arg(count));
        return;
    }
    m_results->setFacts(resultFacts(now, m_withCurves->isChecked()));
    m_resultsNote->setText(
        mixesProtocols(now)
            ? tr("⚠ These runs were measured by different protocols. Each has a row of its own; values "
                 "of different rows are not comparable.")
        : now.baseline ? tr("★ best of the row. In brackets: the difference to the baseline.")
                       : tr("★ best of the row. Choose a baseline in the tray to see differences."));
}

void ComparePage::dragEnterEvent(QDragEnterEvent* event)
{
    const auto ids = runsIn(*event->mimeData());
    if (ids.empty()) return;
    event->acceptProposedAction();
    m_veil->invite(ids.size() == 1 ? tr("Drop the run to compare it")
                                   : tr("Drop %1 runs to compare them").arg(ids.size()));
}

void ComparePage::dragLeaveEvent(QDragLeaveEvent*)
{
    m_veil->hide();
}

void ComparePage::dropEvent(QDropEvent* event)
{
    m_veil->hide();
    const auto ids = runsIn(*event->mimeData());
    if (ids.empty()) return;
    event->acceptProposedAction();
    addRuns(ids);
}

void ComparePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_reader->setActive(true);
}

void ComparePage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_reader->setActive(false);
}

} // namespace boolab::ui
