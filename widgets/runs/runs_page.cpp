// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/runs_page.h"

#include "core/inspect/model_facts.h"
#include "widgets/base/background.h"
#include "widgets/runs/run_follower.h"
#include "widgets/runs/run_page.h"
#include "widgets/runs/run_search.h"
#include "widgets/runs/runs_list.h"

#include <QSplitter>
#include <QTreeView>
#include <QVBoxLayout>

namespace boolab::ui
{

RunsPage::RunsPage(std::filesystem::path database, QWidget* parent)
    : QWidget(parent), m_database(std::move(database)), m_background(new Background(this)),
      m_follower(new RunFollower(m_database, this)), m_list(new RunsList), m_run(new RunPage)
{
    auto* split = new QSplitter(Qt::Vertical);
    split->setObjectName(QStringLiteral("runsSplitter"));
    split->addWidget(m_list);
    split->addWidget(m_run);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 3);
    split->setChildrenCollapsible(false);
    split->setSizes({210, 560});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(split);
    setFocusProxy(m_list->view());
    connectFollower();
    connectList();
    connectRun();
    connectLabels();
}

RunsPage::~RunsPage()
{
    m_list->confirmDelete();
}

void RunsPage::showRun(boolab::RunId id)
{
    m_list->showRun(id);
}

void RunsPage::connectFollower()
{
    connect(m_follower, &RunFollower::runsRead, m_list, [this](const RunListPtr& runs) {
        m_runs = runs;
        m_list->setRuns(*runs);
        m_run->setRuns(runs);
        m_run->setVisible(!runs->empty()); // the list's empty state says all there is to say
    });
    connect(m_follower, &RunFollower::runRead, m_run,
            [this](const RunUpdatePtr& update) { m_run->update(*update); });
    connect(m_follower, &RunFollower::failed, this, [this](const QString& text) {
        m_list->tellUnreadable(text);
        Q_EMIT statusChanged(text);
    });
}

void RunsPage::connectList()
{
    connect(m_list, &RunsList::currentChanged, this, [this](RunId id) {
        m_run->setRun(id);
        m_follower->follow(id);
    });
    connect(m_list, &RunsList::renamed, m_follower, &RunFollower::rename);
    connect(m_list, &RunsList::deleted, m_follower, &RunFollower::remove);
    connect(m_list, &RunsList::compareRequested, this, &RunsPage::compareRequested);
}

void RunsPage::connectLabels()
{
    connect(m_follower, &RunFollower::deletedRunsRead, m_list,
            [this](const RunListPtr& runs) { m_list->setDeletedRuns(*runs); });
    connect(m_follower, &RunFollower::filtersRead, m_list->search(), &RunSearch::setFilters);
    connect(m_follower, &RunFollower::curvesRead, m_list, &RunsList::setCurves);
    connect(m_list, &RunsList::curvesWanted, m_follower, &RunFollower::wantCurves);
    connect(m_list, &RunsList::restored, m_follower, &RunFollower::restore);
    connect(m_list, &RunsList::pinned, m_follower, &RunFollower::setPinned);
    connect(m_list, &RunsList::archived, m_follower, &RunFollower::setArchived);
    connect(m_list, &RunsList::tagged, m_follower, &RunFollower::setTags);
    connect(m_list->search(), &RunSearch::filterSaved, m_follower, &RunFollower::saveFilter);
    connect(m_list->search(), &RunSearch::filterRemoved, m_follower, &RunFollower::removeFilter);
    connect(m_run, &RunPage::notesWritten, m_follower, &RunFollower::setNotes);
    connect(m_run, &RunPage::factsWanted, this, &RunsPage::readFacts);
}

/// Large models take a while to be read: not in the thread that follows the runs.
void RunsPage::readFacts(RunId id)
{
    m_background->run(
        [database = m_database, runs = m_runs, id] {
            auto store = ExperimentStore::open(database);
            const auto lineage = runs ? lineageOf(id, *runs) : std::nullopt;
            return store && lineage ? modelFacts(*store, *lineage, *runs)
                                    : std::map<std::string, ModelFacts>();
        },
        [this, id](const std::map<std::string, ModelFacts>& facts) { m_run->setFacts(id, facts); });
}

void RunsPage::connectRun()
{
    connect(m_run, &RunPage::requested, m_follower, &RunFollower::request);
    connect(m_run, &RunPage::settingRequested, m_follower, &RunFollower::requestSetting);
    connect(m_run, &RunPage::resumeRequested, this, &RunsPage::resumeRequested);
    connect(m_run, &RunPage::extendRequested, this, &RunsPage::extendRequested);
    connect(m_run, &RunPage::runAgainRequested, this, &RunsPage::runAgainRequested);
    connect(m_run, &RunPage::cloneRequested, this, &RunsPage::cloneRequested);
    connect(m_run, &RunPage::inspectRequested, this, &RunsPage::inspectRequested);
    connect(m_run, &RunPage::evaluateRequested, this, &RunsPage::evaluateRequested);
    connect(m_run, &RunPage::exportRequested, this, &RunsPage::exportRequested);
    connect(m_run, &RunPage::playgroundRequested, this, &RunsPage::playgroundRequested);
    connect(m_run, &RunPage::runRequested, m_list, &RunsList::showRun);
    connect(m_run, &RunPage::told, this, &RunsPage::statusChanged);
}

} // namespace boolab::ui
