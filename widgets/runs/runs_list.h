// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <optional>
#include <set>
#include <vector>

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QStackedLayout;
class QTreeView;

namespace boolab::ui
{

class NoticeBar;
class RunsFilter;
class RunsModel;

/// The list of runs with its filters. Names are edited in place; a deletion can be undone for a few seconds
/// before it is asked for.
class RunsList : public QWidget
{
    Q_OBJECT

public:
    explicit RunsList(QWidget* parent = nullptr);
    /// Deletions that still wait become final.
    ~RunsList() override;

    void setRuns(const std::vector<RunRecord>& runs);
    /// Selects the run, now or when it appears.
    void showRun(RunId id);
    RunId currentRun() const;
    void renameCurrent();
    void deleteSelected();
    void undoDelete();
    void confirmDelete();
    void tell(const QString& text);

    RunsModel* model() const { return m_model; }
    QTreeView* view() const { return m_view; }
    NoticeBar* notice() const { return m_notice; }

Q_SIGNALS:
    void currentChanged(boolab::RunId id);
    void renamed(boolab::RunId id, const QString& name);
    void deleted(const std::vector<boolab::RunId>& ids);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeFilters();
    void makeView();
    void makeActions();
    void fillKinds();
    void selectWanted();
    void showEmptyOrView();

    RunsModel* m_model;
    RunsFilter* m_filter;
    QTreeView* m_view;
    QLabel* m_empty;
    QStackedLayout* m_stack;
    NoticeBar* m_notice;
    QLineEdit* m_text;
    QComboBox* m_state;
    QComboBox* m_kind;
    QTimer m_deleteTimer;
    std::vector<RunId> m_leaving;
    RunId m_wanted = 0;
    bool m_readOnce = false;
};

} // namespace boolab::ui
