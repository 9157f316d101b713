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

class RunCharts;
struct InspectionRequest;
class RunDetails;
class RunHeader;
class RunLayers;
class RunLog;

/// One run: its header, and tabs with its charts, layers, log and details.
class RunPage : public QWidget
{
    Q_OBJECT

public:
    explicit RunPage(QWidget* parent = nullptr);
    /// 0: none. Rows follow by update().
    void setRun(RunId id);
    void update(const RunUpdate& update);

    RunHeader* header() const { return m_header; }
    RunCharts* charts() const { return m_charts; }
    RunLayers* layers() const { return m_layers; }
    RunLog* log() const { return m_log; }
    RunDetails* details() const { return m_details; }
    QTabWidget* tabs() const { return m_tabs; }

Q_SIGNALS:
    void requested(boolab::RunId id, boolab::RequestKind kind);
    void resumeRequested(boolab::RunId id);
    void runAgainRequested(const boolab::Job& job);
    void cloneRequested(const boolab::Job& job);
    void inspectRequested(const boolab::ui::InspectionRequest& request);
    void told(const QString& text);

private:
    void answerHeader();
    Result<Job> job() const;

    RunId m_id = 0;
    RunRecord m_run;
    QStackedLayout* m_stack;
    QLabel* m_empty;
    RunHeader* m_header;
    QTabWidget* m_tabs;
    RunCharts* m_charts;
    RunLayers* m_layers;
    RunLog* m_log;
    RunDetails* m_details;
};

} // namespace boolab::ui
