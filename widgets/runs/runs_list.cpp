// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/runs_list.h"

#include "widgets/charts/chart_colors.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/notice_bar.h"
#include "widgets/runs/progress_delegate.h"
#include "widgets/runs/run_search.h"
#include "widgets/runs/run_state_look.h"
#include "widgets/runs/runs_filter.h"
#include "widgets/runs/runs_model.h"

#include <algorithm>
#include <set>

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStackedLayout>
#include <QStyle>
#include <QToolButton>
#include <QTreeView>
#include <QUndoStack>

namespace boolab::ui
{
namespace
{

constexpr int kUndoMs = 8000;
constexpr int kNarrowestColumn = 8; // digits
constexpr int kWidestProject = 24;  // characters
constexpr const char* kLongProgress = "10000 / 10000";
constexpr double kLongDuration = 59 * 60 + 59;

} // namespace

RunsList::RunsList(QWidget* parent)
    : QWidget(parent), m_model(new RunsModel(this)), m_filter(new RunsFilter(this)), m_view(new QTreeView),
      m_empty(new QLabel), m_stack(new QStackedLayout), m_notice(new NoticeBar), m_search(new RunSearch),
      m_undo(new QUndoStack(this)), m_state(new QComboBox), m_kind(new QComboBox), m_project(new QComboBox)
{
    makeView();
    makeActions();
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(24);
    m_empty->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_empty);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(makeFilters());
    column->addWidget(m_notice);
    column->addLayout(m_stack, 1);
    setColumns();
    m_deleteTimer.setSingleShot(true);
    m_deleteTimer.setInterval(kUndoMs);
    connect(&m_deleteTimer, &QTimer::timeout, this, &RunsList::confirmDelete);
    connect(m_model, &RunsModel::renamed, this, &RunsList::renamed);
    m_model->setDark(ChartColors(palette()).dark);
    showEmptyOrView();
}

RunsList::~RunsList() = default;

QWidget* RunsList::makeFilters()
{
    m_state->setAccessibleName(tr("State of the runs shown"));
    m_kind->setAccessibleName(tr("Kind of the runs shown"));
    m_state->addItem(tr("All states"));
    for (const RunState state : {RunState::Queued, RunState::Running, RunState::Paused, RunState::Done,
                                 RunState::Failed, RunState::Stopped, RunState::Interrupted})
        m_state->addItem(stateText(state), static_cast<int>(state));
    m_kind->addItem(tr("All kinds"));
    m_kind->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_project->setAccessibleName(tr("Project of the runs shown"));
    m_project->addItem(tr("All projects"));
    m_project->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_project->setMaximumWidth(kWidestProject * m_project->fontMetrics().averageCharWidth());
    m_project->hide();
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_search, 1);
    row->addWidget(m_project, 0, Qt::AlignTop);
    row->addWidget(m_state, 0, Qt::AlignTop);
    row->addWidget(m_kind, 0, Qt::AlignTop);
    auto* compare = new QToolButton;
    compare->setText(tr("Compare"));
    compare->setObjectName(QStringLiteral("compareRuns"));
    compare->setFocusPolicy(Qt::StrongFocus);
    compare->setToolTip(
        tr("Shows the selected runs side by side (C). Shift+C only puts them into the tray there, "
           "and they can be dragged onto “Compare” at the left."));
    row->addWidget(compare, 0, Qt::AlignTop);
    connect(compare, &QToolButton::clicked, this, &RunsList::compareSelected);
    connect(m_search, &RunSearch::queryChanged, this, &RunsList::showFound);
    connect(m_state, &QComboBox::currentIndexChanged, this, [this] {
        const QVariant state = m_state->currentData();
        m_filter->setState(state.isValid() ? std::optional(static_cast<RunState>(state.toInt()))
                                           : std::nullopt);
        showEmptyOrView();
    });
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_filter->setKind(index > 0 ? m_kind->currentText() : QString());
        showEmptyOrView();
    });
    connect(m_project, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_filter->setProject(index > 0 ? m_project->currentText() : QString());
        showEmptyOrView();
    });
    return box;
}

void RunsList::makeView()
{
    m_filter->setSourceModel(m_model);
    m_view->setModel(m_filter);
    m_view->setTreePosition(RunsModel::Name);
    m_view->setUniformRowHeights(true);
    m_view->setAlternatingRowColors(true);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(RunsModel::Started, Qt::DescendingOrder);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
    m_view->setItemDelegateForColumn(RunsModel::Progress, new ProgressDelegate(m_view));
    m_view->setAccessibleName(tr("Runs"));
    m_view->setDragEnabled(true);
    m_view->setDragDropMode(QAbstractItemView::DragOnly);
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    QHeaderView* header = m_view->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(RunsModel::Name, QHeaderView::Stretch);
    for (const int column : {RunsModel::Project, RunsModel::Notes})
        header->hideSection(column);
    makeColumnMenu();
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { Q_EMIT currentChanged(currentRun()); });
}

void RunsList::setColumns()
{
    QHeaderView* header = m_view->header();
    const int digit = m_view->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    const int widths[] = {8, 22, 9, 11, 8, 17, 8, 11, 8, 26, 12, 22}; // digits, in the order of the columns
    for (int column = 0; column < RunsModel::ColumnCount; ++column)
        header->resizeSection(column, widths[column] * digit);
    header->setMinimumSectionSize(kNarrowestColumn * digit); // of a name between many columns
    widenForWords();
}

/// The longest state, a long training's steps and its time, in the font at hand.
void RunsList::widenForWords()
{
    const QFontMetrics metrics = m_view->fontMetrics();
    const int digit = metrics.horizontalAdvance(QLatin1Char('0'));
    const int margin = 2 * (m_view->style()->pixelMetric(QStyle::PM_FocusFrameHMargin) + 1) + digit;
    int state = 0;
    for (int i = 0; i < m_state->count(); ++i)
        state = std::max(state, metrics.horizontalAdvance(m_state->itemText(i)));
    const int icon = m_view->style()->pixelMetric(QStyle::PM_SmallIconSize) + digit;
    const int steps = metrics.horizontalAdvance(QLatin1String(kLongProgress));
    const int duration = metrics.horizontalAdvance(durationText(kLongDuration));
    QHeaderView* header = m_view->header();
    for (const auto& [column, width] :
         {std::pair(int{RunsModel::State}, state + icon), std::pair(int{RunsModel::Progress}, steps),
          std::pair(int{RunsModel::Duration}, duration)})
        if (!header->isSectionHidden(column) && header->sectionSize(column) < width + margin)
            header->resizeSection(column, width + margin);
}

void RunsList::restoreColumns(const QByteArray& state)
{
    m_view->header()->restoreState(state);
    widenForWords();
}

void RunsList::makeActions()
{
    auto* rename = new QAction(tr("Rename"), m_view);
    rename->setShortcut(QKeySequence(Qt::Key_F2));
    connect(rename, &QAction::triggered, this, &RunsList::renameCurrent);
    auto* remove = new QAction(tr("Delete"), m_view);
    remove->setShortcut(QKeySequence::Delete);
    connect(remove, &QAction::triggered, this, &RunsList::deleteSelected);
    const auto add = [this](const QString& title, const QKeySequence& keys, void (RunsList::*act)()) {
        auto* action = new QAction(title, m_view);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, act);
        return action;
    };
    for (QAction* action :
         {add(tr("Compare"), Qt::Key_C, &RunsList::compareSelected),
          add(tr("Put beside the compared"), Qt::SHIFT | Qt::Key_C, &RunsList::collectSelected), rename,
          add(tr("Tags…"), Qt::Key_T, &RunsList::tagSelected),
          add(tr("Pin or unpin"), Qt::Key_P, &RunsList::pinSelected),
          add(tr("Archive"), Qt::Key_A, &RunsList::archiveSelected), remove,
          add(tr("Bring back"), Qt::Key_B, &RunsList::restoreSelected),
          add(tr("Undo"), QKeySequence::Undo, &RunsList::undo)}) {
        action->setShortcutContext(Qt::WidgetShortcut);
        m_view->addAction(action);
    }
}

void RunsList::setRuns(const std::vector<RunRecord>& runs)
{
    m_runs = runs;
    m_readOnce = true;
    showFound();
    fillKinds();
    fillProjects();
    selectWanted();
    showEmptyOrView();
}

void RunsList::fillKinds()
{
    for (const QString& kind : m_model->kinds())
        if (m_kind->findText(kind) < 0) m_kind->addItem(kind);
}

/// One that has lost its last run leaves the choice, and with it the filter.
void RunsList::fillProjects()
{
    const QStringList projects = m_model->projects();
    for (int i = m_project->count() - 1; i > 0; --i)
        if (!projects.contains(m_project->itemText(i))) {
            if (m_project->currentIndex() == i) m_project->setCurrentIndex(0);
            m_project->removeItem(i);
        }
    for (qsizetype i = 0; i < projects.size(); ++i)
        if (const int place = static_cast<int>(i) + 1; m_project->itemText(place) != projects[i])
            m_project->insertItem(place, projects[i]);
    m_project->setVisible(projects.size() > 1);
    if (projects.size() <= 1) m_project->setCurrentIndex(0);
}

void RunsList::showRun(RunId id)
{
    m_wanted = id;
    selectWanted();
}

void RunsList::selectWanted()
{
    const bool nothingChosen = m_wanted == 0 && currentRun() == 0 && m_filter->rowCount() > 0;
    const QModelIndex target =
        nothingChosen ? m_filter->index(0, 0) : m_filter->mapFromSource(m_model->indexOf(m_wanted));
    if (m_wanted != 0 && m_model->indexOf(m_wanted).isValid() && !target.isValid()) { // a filter hides it
        m_search->setText({});
        m_state->setCurrentIndex(0);
        m_kind->setCurrentIndex(0);
        m_project->setCurrentIndex(0);
        if (!m_filter->mapFromSource(m_model->indexOf(m_wanted)).isValid()) return;
        return selectWanted();
    }
    if (!target.isValid()) return;
    m_wanted = 0;
    m_view->selectionModel()->setCurrentIndex(target, QItemSelectionModel::ClearAndSelect |
                                                          QItemSelectionModel::Rows);
    m_view->scrollTo(target);
}

RunId RunsList::currentRun() const
{
    return m_view->currentIndex().data(RunsModel::IdRole).toLongLong();
}

void RunsList::renameCurrent()
{
    if (const QModelIndex current = m_view->currentIndex(); current.isValid())
        m_view->edit(current.siblingAtColumn(RunsModel::Name));
}

void RunsList::deleteSelected()
{
    std::set<RunId> chosen;
    int active = 0;
    const auto add = [&](RunId id) {
        const bool isAtWork = isActive(m_model->find(id)->state);
        active += isAtWork ? 1 : 0;
        if (!isAtWork) chosen.insert(id);
        return !isAtWork;
    };
    const auto rows = m_view->selectionModel()->selectedRows();
    for (const QModelIndex& index : rows) {
        const RunId id = index.data(RunsModel::IdRole).toLongLong();
        if (!add(id)) continue;
        for (const RunId part : m_model->below(id)) // a sweep goes with its parts
            add(part);
    }
    const std::vector<RunId> ids(chosen.begin(), chosen.end());
    if (ids.empty()) {
        if (active > 0) m_notice->tell(tr("A run that is at work cannot be deleted. Stop it first."));
        return;
    }
    const RunId first = rows.front().data(RunsModel::IdRole).toLongLong();
    confirmDelete();
    m_leaving = ids;
    m_filter->setHidden({ids.begin(), ids.end()});
    if (const QModelIndex next = m_view->currentIndex();
        next.isValid()) // Qt moves there, but selects nothing
        m_view->selectionModel()->setCurrentIndex(next, QItemSelectionModel::ClearAndSelect |
                                                            QItemSelectionModel::Rows);
    m_deleteTimer.start();
    QString text = rows.size() > 1 ? tr("Deleted %1 runs.").arg(ids.size())
                   : ids.size() == 1
                       ? tr("Deleted “%1”.").arg(m_model->find(ids.front())->name)
                       : tr("Deleted “%1” with all runs below it.").arg(m_model->find(first)->name);
    if (active > 0) text += tr(" %1 at work stayed: stop them first.").arg(active);
    m_notice->offer(text, tr("Undo"), [this] { undoDelete(); });
    showEmptyOrView();
}

void RunsList::undoDelete()
{
    m_deleteTimer.stop();
    m_leaving.clear();
    m_filter->setHidden({});
    m_notice->hide();
    showEmptyOrView();
}

void RunsList::confirmDelete()
{
    m_deleteTimer.stop();
    if (m_leaving.empty()) return;
    m_notice->hide();
    const std::vector<RunId> ids = std::exchange(m_leaving, {});
    doUndoably(
        {}, [this, ids] { Q_EMIT deleted(ids); },
        [this, ids] {
            m_filter->setHidden({});
            Q_EMIT restored(ids);
        });
}

void RunsList::tell(const QString& text)
{
    m_notice->tell(text);
}

void RunsList::tellUnreadable(const QString& text)
{
    m_notice->tell(text);
    if (!m_readOnce)
        m_empty->setText(tr("The experiment database cannot be read; it is tried again and again."));
}

void RunsList::showEmptyOrView()
{
    const bool empty = m_filter->rowCount() == 0;
    m_stack->setCurrentIndex(empty ? 1 : 0);
    if (!empty) return;
    m_empty->setText(!m_readOnce ? tr("Reading the experiment database…")
                     : m_model->rowCount() > 0
                         ? tr("No run matches the filter.")
                         : tr("No runs yet. Drop a model onto the window and convert it, or start a "
                              "run in a terminal with boolab-cli: it shows here at once."));
}

void RunsList::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) m_model->setDark(ChartColors(palette()).dark);
    if (event->type() == QEvent::FontChange) widenForWords();
}

} // namespace boolab::ui
