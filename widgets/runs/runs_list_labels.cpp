// SPDX-License-Identifier: Apache-2.0
// The list's search, and what people do to its runs.
#include "widgets/runs/notice_bar.h"
#include "widgets/runs/run_search.h"
#include "widgets/runs/run_state_look.h"
#include "widgets/runs/runs_filter.h"
#include "widgets/runs/runs_list.h"
#include "widgets/runs/runs_model.h"

#include <algorithm>
#include <map>

#include <QHeaderView>
#include <QInputDialog>
#include <QLineEdit>
#include <QMenu>
#include <QTreeView>
#include <QUndoStack>

namespace boolab::ui
{
namespace
{

class LabelCommand : public QUndoCommand
{
public:
    LabelCommand(const QString& text, std::function<void()> redo, std::function<void()> undo)
        : QUndoCommand(text), m_redo(std::move(redo)), m_undo(std::move(undo))
    {
    }
    void redo() override { m_redo(); }
    void undo() override { m_undo(); }

private:
    std::function<void()> m_redo, m_undo;
};

std::span<const MetricSummary> curvesOf(const std::shared_ptr<const SummaryTable>& curves, RunId id)
{
    if (!curves) return {};
    const auto found = curves->find(id);
    return found == curves->end() ? std::span<const MetricSummary>() : found->second;
}

} // namespace

void RunsList::setDeletedRuns(const std::vector<RunRecord>& runs)
{
    m_deleted = runs;
    if (m_search->query().asksFor("is", "deleted")) showFound();
}

void RunsList::setCurves(std::shared_ptr<const SummaryTable> curves)
{
    m_curves = std::move(curves);
    if (!m_search->query().figures().empty()) showFound();
}

/// Archived and deleted runs are there for a search that asks for them.
void RunsList::showFound()
{
    const RunQuery& query = m_search->query();
    Q_EMIT curvesWanted(!query.figures().empty());
    std::vector<RunRecord> all = m_runs;
    if (query.asksFor("is", "deleted")) all.insert(all.end(), m_deleted.begin(), m_deleted.end());
    const bool withArchived = query.asksFor("is", "archived") || query.asksFor("is", "deleted");
    const RunRelations relations(all);
    std::set<RunId> found;
    for (const RunRecord& run : all)
        if ((withArchived || run.archivedAt == 0) &&
            query.matches(run, curvesOf(m_curves, run.id), &relations))
            found.insert(run.id);
    m_model->setRuns(all);
    m_filter->setFound(std::move(found));
    const bool isReady = m_curves != nullptr; // before that no figure is known to be none
    m_search->setHint(isReady ? QString::fromStdString(unknownFigures(query, all, *m_curves)) : QString());
    showEmptyOrView();
}

const RunRecord* RunsList::record(RunId id) const
{
    for (const auto* runs : {&m_runs, &m_deleted})
        if (const auto found = std::ranges::find(*runs, id, &RunRecord::id); found != runs->end())
            return &*found;
    return nullptr;
}

std::vector<RunId> RunsList::selectedIds() const
{
    std::vector<RunId> ids;
    for (const QModelIndex& index : m_view->selectionModel()->selectedRows())
        ids.push_back(index.data(RunsModel::IdRole).toLongLong());
    return ids;
}

void RunsList::doUndoably(const QString& told, std::function<void()> redo, std::function<void()> undo)
{
    m_undo->push(new LabelCommand(told, std::move(redo), std::move(undo)));
    if (!told.isEmpty()) m_notice->offer(told, tr("Undo"), [this] { m_undo->undo(); });
}

void RunsList::compareSelected()
{
    if (const std::vector<RunId> ids = selectedIds(); !ids.empty()) Q_EMIT compareRequested(ids, true);
}

void RunsList::collectSelected()
{
    const std::vector<RunId> ids = selectedIds();
    if (ids.empty()) return;
    Q_EMIT compareRequested(ids, false);
    m_notice->tell(ids.size() == 1 ? tr("One run more to compare; C shows the comparison.")
                                   : tr("%1 runs more to compare; C shows the comparison.").arg(ids.size()));
}

void RunsList::pinSelected()
{
    const std::vector<RunId> ids = selectedIds();
    if (ids.empty()) return;
    const bool pin = !std::ranges::all_of(ids, [this](RunId id) { return record(id) && record(id)->pinned; });
    doUndoably(
        pin ? tr("Pinned %n run(s).", nullptr, static_cast<int>(ids.size()))
            : tr("Unpinned %n run(s).", nullptr, static_cast<int>(ids.size())),
        [this, ids, pin] { Q_EMIT pinned(ids, pin); }, [this, ids, pin] { Q_EMIT pinned(ids, !pin); });
}

void RunsList::archiveSelected()
{
    std::vector<RunId> ids = selectedIds();
    std::erase_if(ids, [this](RunId id) { return !record(id) || record(id)->archivedAt > 0; });
    if (ids.empty()) return;
    for (const RunId id : selectedIds())
        for (const RunId part : m_model->below(id)) // a sweep goes with its parts
            if (std::ranges::find(ids, part) == ids.end()) ids.push_back(part);
    doUndoably(
        tr("Archived %n run(s); the search is:archived shows them.", nullptr, static_cast<int>(ids.size())),
        [this, ids] { Q_EMIT archived(ids, true); }, [this, ids] { Q_EMIT archived(ids, false); });
}

void RunsList::restoreSelected()
{
    std::vector<RunId> gone, aside;
    for (const RunId id : selectedIds())
        if (const RunRecord* run = record(id)) {
            if (run->deletedAt > 0) gone.push_back(id);
            if (run->deletedAt == 0 && run->archivedAt > 0) aside.push_back(id);
        }
    if (gone.empty() && aside.empty()) return;
    doUndoably(
        tr("Brought back %n run(s).", nullptr, static_cast<int>(gone.size() + aside.size())),
        [=, this] {
            if (!gone.empty()) Q_EMIT restored(gone);
            if (!aside.empty()) Q_EMIT archived(aside, false);
        },
        [=, this] {
            if (!gone.empty()) Q_EMIT deleted(gone);
            if (!aside.empty()) Q_EMIT archived(aside, true);
        });
}

void RunsList::tagSelected()
{
    const std::vector<RunId> ids = selectedIds();
    if (ids.empty()) return;
    const RunRecord* first = record(ids.front());
    QString before;
    if (ids.size() == 1 && first)
        for (const std::string& tag : first->tags)
            before += QString::fromStdString(tag) + QLatin1Char(' ');
    bool isOk = false;
    const QString words =
        QInputDialog::getText(this, tr("Tags"), tr("Tags, with spaces between; -tag takes one away:"),
                              QLineEdit::Normal, before, &isOk);
    if (isOk) changeTags(ids, words);
}

void RunsList::changeTags(const std::vector<RunId>& ids, const QString& words)
{
    std::vector<std::pair<RunId, std::vector<std::string>>> before, after;
    for (const RunId id : ids) {
        const RunRecord* run = record(id);
        if (!run) continue;
        std::set<std::string> tags(run->tags.begin(), run->tags.end());
        for (const QString& word : words.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
            if (word.startsWith(QLatin1Char('-')))
                tags.erase(word.mid(1).toStdString());
            else
                tags.insert(word.toStdString());
        }
        before.emplace_back(id, run->tags);
        after.emplace_back(id, std::vector<std::string>(tags.begin(), tags.end()));
    }
    if (before == after) return;
    const auto tell = [this](const auto& changes) {
        for (const auto& [id, tags] : changes)
            Q_EMIT tagged(id, tags);
    };
    doUndoably(
        tr("Changed the tags of %n run(s).", nullptr, static_cast<int>(after.size())), [=] { tell(after); },
        [=] { tell(before); });
}

void RunsList::undo()
{
    if (!m_leaving.empty()) return undoDelete();
    m_notice->hide();
    m_undo->undo();
}

/// The name stays: it is what a row is known by.
void RunsList::makeColumnMenu()
{
    QHeaderView* header = m_view->header();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setToolTip(tr("Right click: choose the columns"));
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint& at) {
        QMenu menu;
        for (int column = 0; column < RunsModel::ColumnCount; ++column) {
            if (column == RunsModel::Name) continue;
            QAction* action =
                menu.addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
            action->setCheckable(true);
            action->setChecked(!header->isSectionHidden(column));
            connect(action, &QAction::toggled, header,
                    [header, column](bool shown) { header->setSectionHidden(column, !shown); });
        }
        menu.exec(header->mapToGlobal(at));
    });
}

} // namespace boolab::ui
