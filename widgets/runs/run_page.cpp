// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_page.h"

#include "widgets/runs/evaluation_job.h"
#include "widgets/runs/lineage_view.h"
#include "widgets/runs/run_charts.h"
#include "widgets/runs/run_details.h"
#include "widgets/runs/run_extension.h"
#include "widgets/runs/run_header.h"
#include "widgets/runs/run_layers.h"
#include "widgets/runs/run_log.h"
#include "widgets/runs/run_notes.h"
#include "widgets/runs/run_samples.h"
#include "widgets/runs/run_scores.h"
#include "widgets/runs/run_settings.h"
#include "widgets/sweep/kernel_curve_view.h"
#include "widgets/sweep/sweep_view.h"

#include <algorithm>

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QTabWidget>
#include <QVBoxLayout>

namespace boolab::ui
{
namespace
{

std::optional<double> lastTokensPerSecond(const RunUpdate& update)
{
    for (const auto& [name, points] : update.metrics)
        if (name == "tokens_per_second" && !points.empty()) return points.back().value;
    return std::nullopt;
}

} // namespace

RunPage::RunPage(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedLayout(this)), m_empty(new QLabel), m_header(new RunHeader),
      m_tabs(new QTabWidget), m_charts(new RunCharts), m_layers(new RunLayers), m_log(new RunLog),
      m_samples(new RunSamples), m_scores(new RunScores), m_settings(new RunSettings),
      m_extension(new RunExtension), m_details(new RunDetails), m_notes(new RunNotes),
      m_lineage(new LineageView), m_sweep(new SweepView), m_curve(new KernelCurveView)
{
    m_tabs->setDocumentMode(true);
    m_empty->setAlignment(Qt::AlignCenter);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_header);
    column->addWidget(m_settings);
    column->addWidget(m_extension);
    column->addWidget(m_tabs, 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(content);
    for (QWidget* page :
         {static_cast<QWidget*>(m_sweep), static_cast<QWidget*>(m_curve), static_cast<QWidget*>(m_samples)}) {
        page->setParent(m_tabs); // until its tab comes
        page->hide();
    }
    showTabs({{m_charts, tr("&Charts"), true},
              {m_layers, tr("La&yers"), true},
              {m_log, tr("Lo&g"), true},
              {m_notes, tr("&Notes"), true},
              {m_lineage, tr("L&ineage"), true},
              {m_details, tr("&Details"), true}});
    connectParts();
    connectSteering();
    answerHeader();
    setRun(0);
}

void RunPage::connectParts()
{
    connect(m_charts, &RunCharts::told, this, &RunPage::told);
    connect(m_layers, &RunLayers::told, this, &RunPage::told);
    connect(m_layers, &RunLayers::inspectRequested, this, &RunPage::inspectRequested);
    connect(m_sweep, &SweepView::told, this, &RunPage::told);
    connect(m_sweep, &SweepView::runRequested, this, &RunPage::runRequested);
    connect(m_curve, &KernelCurveView::told, this, &RunPage::told);
    connect(m_curve, &KernelCurveView::runRequested, this, &RunPage::runRequested);
    connect(m_curve, &KernelCurveView::measurementRequested, this, &RunPage::runAgainRequested);
    connect(m_header, &RunHeader::parentRequested, this, &RunPage::runRequested);
    connect(m_notes, &RunNotes::written, this, &RunPage::notesWritten);
    connect(m_lineage->graph(), &LineageGraph::runRequested, this, &RunPage::runRequested);
    connect(m_tabs, &QTabWidget::currentChanged, this, &RunPage::showLineage);
}

void RunPage::connectSteering()
{
    m_settings->hide();
    m_extension->hide();
    connect(m_settings, &RunSettings::closed, m_settings, &QWidget::hide);
    connect(m_settings, &RunSettings::changeRequested, this,
            [this](const QString& key, const nlohmann::json& value) {
                Q_EMIT settingRequested(m_id, key, value);
                Q_EMIT told(tr("The new setting is taken over after this step."));
            });
    connect(m_extension, &RunExtension::closed, m_extension, &QWidget::hide);
    connect(m_extension, &RunExtension::extensionRequested, this, [this](std::int64_t totalSteps) {
        m_extension->hide();
        Q_EMIT extendRequested(m_id, totalSteps);
    });
}

/// A panel leaves with the button that opened it.
void RunPage::showPanels()
{
    const auto serves = [this](RunHeader::Ask ask) { return m_header->button(ask)->isEnabled(); };
    if (!serves(RunHeader::Ask::Change)) m_settings->hide();
    if (!serves(RunHeader::Ask::Extend)) m_extension->hide();
}

void RunPage::setRun(RunId id)
{
    m_id = id;
    m_settings->hide();
    m_extension->hide();
    m_run = {};
    m_empty->setText(id == 0 ? tr("Select a run to see how it goes.") : tr("Reading the run…"));
    m_stack->setCurrentIndex(0);
}

void RunPage::update(const RunUpdate& update)
{
    if (update.run.id != m_id) return; // of the run selected before
    const bool first = m_run.id != m_id;
    if (first) {
        m_charts->clear();
        m_layers->clear();
        m_samples->clear();
    }
    m_run = update.run;
    if (update.fromStart) m_log->clear();
    m_header->setRun(update.run);
    if (const auto pace = lastTokensPerSecond(update)) m_header->setTokensPerSecond(pace);
    m_charts->update(update);
    m_layers->update(update);
    m_samples->update(update);
    if (update.run.kind == "evaluate") m_scores->setRun(update.run);
    m_settings->update(update);
    m_extension->setRun(update.run);
    showPanels();
    m_log->append(update.logs);
    m_details->update(update);
    m_notes->setRun(update.run);
    showRelations(first);
    if (!first) return;
    if (update.run.kind == "convert" && m_tabs->currentWidget() == m_charts)
        m_tabs->setCurrentWidget(m_layers);
    if (update.run.kind == "evaluate" && update.run.state == RunState::Done)
        m_tabs->setCurrentWidget(m_scores);
    if (update.run.kind == "export") m_tabs->setCurrentWidget(m_details);
    if (update.run.kind == "finetune" && m_tabs->currentWidget() == m_layers)
        m_tabs->setCurrentWidget(m_charts);
    m_stack->setCurrentIndex(1);
}

/// What the run has to do with others: the parts of a sweep, the sweep of a part, the same model measured
/// with fewer kernels.
void RunPage::showRelations(bool first)
{
    static const std::vector<RunRecord> none;
    const std::vector<RunRecord>& runs = m_runs ? *m_runs : none;
    const bool isSweep = m_run.kind == "sweep", isExport = m_run.kind == "export";
    const auto parent = m_run.parent ? std::ranges::find(runs, *m_run.parent, &RunRecord::id) : runs.end();
    m_header->setParentName(parent == runs.end() ? QString() : QString::fromStdString(parent->name));
    if (isSweep) m_sweep->setSweep(m_run, runs);
    m_curve->setEvaluation(m_run, runs);
    showTabs({{m_sweep, tr("&Sweep"), isSweep},
              {m_scores, tr("Sc&ores"), m_run.kind == "evaluate"},
              {m_charts, tr("&Charts"), !isSweep && !isExport},
              {m_curve, tr("First &k kernels"), m_curve->curve().kernels > 1},
              {m_layers, tr("La&yers"), !isSweep && !isExport},
              {m_samples, tr("Sa&mples"), m_run.kind == "finetune"},
              {m_log, tr("Lo&g"), true},
              {m_notes, tr("&Notes"), true},
              {m_lineage, tr("L&ineage"), true},
              {m_details, tr("&Details"), true}});
    showLineage();
    if (first && isSweep) m_tabs->setCurrentWidget(m_sweep);
}

/// Looked up when it is looked at: all runs are gone through, and their models' files.
void RunPage::showLineage()
{
    if (m_tabs->currentWidget() != m_lineage || m_run.id == 0 || !m_runs) return;
    const bool isNew = m_lineageOf != m_run.id;
    if (!isNew && m_lineageRuns == m_runs) return;
    auto lineage = lineageOf(m_run.id, *m_runs);
    if (!lineage) return;
    m_lineageOf = m_run.id;
    m_lineageRuns = m_runs;
    if (isNew) m_lineage->graph()->setFacts({});
    m_lineage->graph()->setLineage(std::move(*lineage));
    if (isNew) Q_EMIT factsWanted(m_run.id);
}

void RunPage::setFacts(RunId id, const std::map<std::string, ModelFacts>& facts)
{
    if (id == m_lineageOf) m_lineage->graph()->setFacts(facts);
}

/// In their order. Tabs come and go as a whole: hidden ones would keep their place in the bar.
void RunPage::showTabs(const std::vector<Tab>& tabs)
{
    QWidget* const before = m_tabs->currentWidget();
    int place = 0;
    for (const Tab& tab : tabs) {
        const int at = m_tabs->indexOf(tab.page);
        if (!tab.isShown && at >= 0) m_tabs->removeTab(at);
        if (tab.isShown && at < 0) m_tabs->insertTab(place, tab.page, tab.title);
        place += tab.isShown ? 1 : 0;
    }
    m_tabs->setCurrentIndex(std::max(0, m_tabs->indexOf(before)));
}

Result<Job> RunPage::job() const
{
    return Job::fromJson(m_run.job, "the job file of run " + std::to_string(m_run.id));
}

void RunPage::answerHeader()
{
    connect(m_header, &RunHeader::asked, this, [this](RunHeader::Ask ask) {
        using Ask = RunHeader::Ask;
        switch (ask) {
        case Ask::Pause:
            Q_EMIT requested(m_id, RequestKind::Pause);
            return;
        case Ask::Continue:
            Q_EMIT requested(m_id, RequestKind::Resume);
            return;
        case Ask::Stop:
            Q_EMIT requested(m_id, RequestKind::Stop);
            return;
        case Ask::Checkpoint:
            Q_EMIT requested(m_id, RequestKind::Checkpoint);
            Q_EMIT told(tr("A checkpoint is written after this step."));
            return;
        case Ask::Change:
            m_settings->isVisible() ? m_settings->hide() : m_settings->open();
            return;
        case Ask::Resume:
            Q_EMIT resumeRequested(m_id);
            return;
        case Ask::Extend:
            m_extension->isVisible() ? m_extension->hide() : m_extension->open();
            return;
        case Ask::Export:
            if (m_run.job.is_object())
                Q_EMIT exportRequested(QString::fromStdString(m_run.job.value("output", "")));
            return;
        case Ask::Try:
            if (m_run.job.is_object())
                Q_EMIT playgroundRequested(QString::fromStdString(m_run.job.value("output", "")));
            return;
        case Ask::Evaluate:
        case Ask::Again:
        case Ask::Clone:
        case Ask::Copy:
            break;
        }
        const auto made = job();
        if (!made) {
            Q_EMIT told(QString::fromStdString(made.error().text()));
        } else if (ask == Ask::Evaluate) {
            Q_EMIT evaluateRequested(evaluationJob(*made));
        } else if (ask == Ask::Again) {
            Q_EMIT runAgainRequested(*made);
        } else if (ask == Ask::Clone) {
            Q_EMIT cloneRequested(*made);
        } else {
            QGuiApplication::clipboard()->setText(QString::fromStdString(made->toCommandLine()));
            Q_EMIT told(tr("Command copied."));
        }
    });
}

} // namespace boolab::ui
