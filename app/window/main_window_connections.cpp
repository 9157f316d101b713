// SPDX-License-Identifier: Apache-2.0
// What the parts of the window ask of each other.
#include "app/window/main_window.h"

#include "app/window/compare_drop.h"
#include "app/window/job_center.h"
#include "app/window/job_forms.h"
#include "app/window/path_text.h"
#include "core/store/experiment_store.h"
#include "widgets/allocation/allocation_page.h"
#include "widgets/base/banner.h"
#include "widgets/base/navigation_list.h"
#include "widgets/base/store_queue.h"
#include "widgets/compare/compare_page.h"
#include "widgets/inspector/layer_inspectors.h"
#include "widgets/machine/machine_page.h"
#include "widgets/pages/convert_page.h"
#include "widgets/pages/model_page.h"
#include "widgets/pages/welcome_page.h"
#include "widgets/playground/playground_page.h"
#include "widgets/runs/runs_page.h"

#include <QRegularExpression>

namespace boolab::ui
{

namespace
{

/// A clone is another run: "48 steps" becomes "48 steps (2)", and that "48 steps (3)".
Job withNewName(Job job)
{
    static const QRegularExpression counted(QStringLiteral("^(.*) \\((\\d{1,6})\\)$"));
    const QString name = QString::fromStdString(job.text("name"));
    if (name.isEmpty()) return job;
    const auto match = counted.match(name);
    const QString next =
        match.hasMatch() ? QStringLiteral("%1 (%2)").arg(match.captured(1)).arg(match.captured(2).toInt() + 1)
                         : QStringLiteral("%1 (2)").arg(name);
    (void)job.set("name", next.toStdString()); // a text that was one before
    return job;
}

} // namespace

void MainWindow::connectPages()
{
    connect(m_welcome, &WelcomePage::openFileRequested, this, &MainWindow::openFile);
    connect(m_welcome, &WelcomePage::openFolderRequested, this, &MainWindow::openFolder);
    connect(m_welcome, &WelcomePage::pathChosen, this,
            [this](const QString& path) { open({path.toStdString()}); });
    connect(m_model, &ModelPage::openRequested, this, &MainWindow::openFile);
    connect(m_machine, &MachinePage::openRequested, this, &MainWindow::openFile);
    connect(m_model, &ModelPage::convertRequested, this, &MainWindow::fillConvert);
    connect(m_model, &ModelPage::finetuneRequested, this, &MainWindow::fillFinetune);
    connect(m_model, &ModelPage::evaluateRequested, this, [this] { fillEvaluate(m_model->path()); });
    connect(m_model, &ModelPage::exportRequested, this, [this] { fillExport(m_model->path()); });
    connect(m_model, &ModelPage::playgroundRequested, this,
            [this] { playWith({m_model->path().toStdString()}); });
    connect(m_playground, &PlaygroundPage::modelAdded, this,
            [this](const OpenedModel& model) { remember(model); });
    connect(m_store, &StoreQueue::recentModelsRead, m_playground, &PlaygroundPage::setRecentModels);
    connect(m_model, &ModelPage::inspectRequested, this, [this](const QString& layer) {
        m_inspectors->show(
            {.model = m_model->path(), .layer = layer, .original = {}, .text = {}, .unavailable = {}});
    });
    connect(m_store, &StoreQueue::recentModelsRead, m_welcome, &WelcomePage::setRecentModels);
    connect(m_store, &StoreQueue::relativesFound, this, &MainWindow::fillRelatives);
    connect(m_store, &StoreQueue::failed, this, [this](const QString& text) { tell(text); });
    connect(m_forms->convertPage()->allocation(), &AllocationPage::told, this,
            [this](const QString& text) { tell(text); });
    connect(m_forms, &JobForms::startRequested, this, &MainWindow::start);
    if (m_config.database != defaultDatabasePath()) m_forms->setDatabase(pathText(m_config.database));
}

void MainWindow::connectRuns()
{
    connect(m_runs, &RunsPage::resumeRequested, m_jobs, &JobCenter::resume);
    connect(m_runs, &RunsPage::extendRequested, m_jobs, &JobCenter::extend);
    connect(m_runs, &RunsPage::runAgainRequested, this, [this](const Job& job) { start(job); });
    connect(m_runs, &RunsPage::cloneRequested, this, [this](const Job& job) { showJob(withNewName(job)); });
    connect(m_runs, &RunsPage::inspectRequested, m_inspectors, &LayerInspectors::show);
    connect(m_runs, &RunsPage::evaluateRequested, this, &MainWindow::showJob);
    connect(m_runs, &RunsPage::exportRequested, this, &MainWindow::fillExport);
    connect(m_runs, &RunsPage::playgroundRequested, this,
            [this](const QString& model) { playWith({model.toStdString()}); });
    connect(m_runs, &RunsPage::statusChanged, this, [this](const QString& text) { tell(text); });
    connect(m_jobs, &JobCenter::started, this, [this](const QString& what) {
        tell(tr("Started: %1").arg(what));
        m_banner->hide();
        showPage(Page::Runs);
        m_runs->setFocus();
    });
    connect(m_jobs, &JobCenter::queued, this, [this](const QString& behind) {
        m_banner->tell(
            Banner::Kind::Info,
            tr("It waits for “%1”, which is at work on the same device. “Start now” above its charts "
               "starts it at once.")
                .arg(behind));
    });
    connect(m_jobs, &JobCenter::failed, this,
            [this](const QString& message) { m_banner->tell(Banner::Kind::Error, message); });
    connect(m_jobs, &JobCenter::runAppeared, m_runs, &RunsPage::showRun);
}

void MainWindow::connectCompare()
{
    auto* drop = new CompareDrop(m_navigation, static_cast<int>(Page::Compare));
    connect(drop, &CompareDrop::dropped, this,
            [this](const std::vector<RunId>& ids) { addToComparison(ids, true); });
    connect(drop, &CompareDrop::hovered, this, [this] { showPage(Page::Compare); });
    connect(m_runs, &RunsPage::compareRequested, this, &MainWindow::addToComparison);
    connect(m_compare, &ComparePage::runsPageRequested, this, [this] { showPage(Page::Runs); });
    connect(m_compare, &ComparePage::runRequested, this, [this](RunId id) {
        m_runs->showRun(id);
        showPage(Page::Runs);
    });
    connect(m_compare, &ComparePage::statusChanged, this, [this](const QString& text) { tell(text); });
}

void MainWindow::addToComparison(const std::vector<RunId>& ids, bool show)
{
    m_compare->addRuns(ids);
    if (show) showPage(Page::Compare);
}

void MainWindow::compare(const QString& runs)
{
    showPage(Page::Compare);
    const std::vector<RunId> ids = runNumbersIn(runs.toStdString());
    if (ids.empty()) return m_compare->openSaved(runs);
    m_compare->addRuns(ids);
}

} // namespace boolab::ui
