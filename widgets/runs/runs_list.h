// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/metric_summaries.h"
#include "core/store/records.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QStackedLayout;
class QTreeView;
class QUndoStack;

namespace boolab::ui
{

class NoticeBar;
class RunSearch;
class RunsFilter;
class RunsModel;

/// The list of runs with its filters. Names are edited in place; pins, tags, the archive and deletions can be
/// undone, a deletion for a few seconds before it is asked for.
class RunsList : public QWidget
{
    Q_OBJECT

public:
    explicit RunsList(QWidget* parent = nullptr);
    /// Deletions that still wait become final.
    ~RunsList() override;

    void setRuns(const std::vector<RunRecord>& runs);
    /// Those that are shown where the search asks for them.
    void setDeletedRuns(const std::vector<RunRecord>& runs);
    void setCurves(std::shared_ptr<const SummaryTable> curves);
    /// Selects the run, now or when it appears.
    void showRun(RunId id);
    RunId currentRun() const;
    void renameCurrent();
    void deleteSelected();
    void undoDelete();
    void confirmDelete();
    /// Pins the selected runs, or unpins them where all are pinned; likewise for the archive.
    void pinSelected();
    void archiveSelected();
    void restoreSelected();
    void tagSelected();
    /// Asks for the selected runs to be compared.
    void compareSelected();
    void collectSelected();
    /// Adds tags to runs; one that begins with a minus is taken away.
    void changeTags(const std::vector<RunId>& ids, const QString& words);
    void undo();
    /// As QHeaderView::saveState() had them; words that must be read whole keep their room.
    void restoreColumns(const QByteArray& state);
    void tell(const QString& text);
    /// The database cannot be read, why.
    void tellUnreadable(const QString& text);

    RunsModel* model() const { return m_model; }
    QTreeView* view() const { return m_view; }
    NoticeBar* notice() const { return m_notice; }
    RunSearch* search() const { return m_search; }
    /// Hidden while all runs are of one project.
    QComboBox* projects() const { return m_project; }

Q_SIGNALS:
    void currentChanged(boolab::RunId id);
    void renamed(boolab::RunId id, const QString& name);
    void deleted(const std::vector<boolab::RunId>& ids);
    void restored(const std::vector<boolab::RunId>& ids);
    void pinned(const std::vector<boolab::RunId>& ids, bool pinned);
    void archived(const std::vector<boolab::RunId>& ids, bool archived);
    /// `show`: the comparison is to be looked at now; else they are only put beside the others.
    void compareRequested(const std::vector<boolab::RunId>& ids, bool show);
    void tagged(boolab::RunId id, const std::vector<std::string>& tags);
    /// The search asks for figures of curves, which setCurves() brings.
    void curvesWanted(bool wanted);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeFilters();
    void makeView();
    void makeActions();
    void makeColumnMenu();
    void showFound();
    const RunRecord* record(RunId id) const;
    std::vector<RunId> selectedIds() const;
    void doUndoably(const QString& told, std::function<void()> redo, std::function<void()> undo);
    void fillKinds();
    void fillProjects();
    void setColumns();
    void widenForWords();
    void selectWanted();
    void showEmptyOrView();

    RunsModel* m_model;
    RunsFilter* m_filter;
    QTreeView* m_view;
    QLabel* m_empty;
    QStackedLayout* m_stack;
    NoticeBar* m_notice;
    RunSearch* m_search;
    QUndoStack* m_undo;
    std::vector<RunRecord> m_runs, m_deleted;
    std::shared_ptr<const SummaryTable> m_curves;
    QComboBox* m_state;
    QComboBox* m_kind;
    QComboBox* m_project;
    QTimer m_deleteTimer;
    std::vector<RunId> m_leaving;
    RunId m_wanted = 0;
    bool m_readOnce = false;
};

} // namespace boolab::ui
