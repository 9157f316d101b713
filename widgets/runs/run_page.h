// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "widgets/runs/run_update.h"

#include <QWidget>

class QLabel;
class QStackedLayout;
class QTabWidget;

namespace boolab::ui
{

class KernelCurveView;
class RunCharts;
struct InspectionRequest;
class RunDetails;
class RunHeader;
class RunLayers;
class RunLog;
class SweepView;

/// One run: its header, and tabs with its charts, layers, log and details.
class RunPage : public QWidget
{
    Q_OBJECT

public:
    explicit RunPage(QWidget* parent = nullptr);
    /// 0: none. Rows follow by update().
    void setRun(RunId id);
    void update(const RunUpdate& update);
    /// All runs, for what a run has to do with others: a sweep's parts, evaluations of the same model. Shown
    /// with the next update().
    void setRuns(const RunListPtr& runs) { m_runs = runs; }

    RunHeader* header() const { return m_header; }
    RunCharts* charts() const { return m_charts; }
    RunLayers* layers() const { return m_layers; }
    RunLog* log() const { return m_log; }
    RunDetails* details() const { return m_details; }
    SweepView* sweep() const { return m_sweep; }
    KernelCurveView* kernelCurve() const { return m_curve; }
    QTabWidget* tabs() const { return m_tabs; }

Q_SIGNALS:
    void requested(boolab::RunId id, boolab::RequestKind kind);
    void resumeRequested(boolab::RunId id);
    void runAgainRequested(const boolab::Job& job);
    void cloneRequested(const boolab::Job& job);
    void inspectRequested(const boolab::ui::InspectionRequest& request);
    /// Another run is to be looked at.
    void runRequested(boolab::RunId id);
    void told(const QString& text);

private:
    void answerHeader();
    void connectParts();
    void showRelations(bool first);
    struct Tab {
        QWidget* page;
        QString title;
        bool isShown;
    };
    void showTabs(const std::vector<Tab>& tabs);
    Result<Job> job() const;

    RunId m_id = 0;
    RunRecord m_run;
    RunListPtr m_runs;
    QStackedLayout* m_stack;
    QLabel* m_empty;
    RunHeader* m_header;
    QTabWidget* m_tabs;
    RunCharts* m_charts;
    RunLayers* m_layers;
    RunLog* m_log;
    RunDetails* m_details;
    SweepView* m_sweep;
    KernelCurveView* m_curve;
};

} // namespace boolab::ui
