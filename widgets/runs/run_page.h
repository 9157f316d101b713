// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/lineage.h"
#include "core/jobs/job.h"
#include "widgets/runs/run_update.h"

#include <QWidget>

class QLabel;
class QStackedLayout;
class QTabWidget;

namespace boolab::ui
{

class KernelCurveView;
class LineageView;
class RunCharts;
struct InspectionRequest;
class RunDetails;
class RunExtension;
class RunHeader;
class RunLayers;
class RunLog;
class RunNotes;
class RunSamples;
class RunScores;
class RunSettings;
class SweepView;

/// One run: its header, and tabs with its charts, layers, texts, log and details.
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
    RunSamples* samples() const { return m_samples; }
    RunScores* scores() const { return m_scores; }
    RunSettings* settings() const { return m_settings; }
    RunExtension* extension() const { return m_extension; }
    RunDetails* details() const { return m_details; }
    SweepView* sweep() const { return m_sweep; }
    KernelCurveView* kernelCurve() const { return m_curve; }
    RunNotes* notes() const { return m_notes; }
    LineageView* lineage() const { return m_lineage; }
    /// What is known of the models in the lineage that was asked for by factsWanted().
    void setFacts(RunId id, const std::map<std::string, ModelFacts>& facts);
    QTabWidget* tabs() const { return m_tabs; }

Q_SIGNALS:
    void requested(boolab::RunId id, boolab::RequestKind kind);
    void settingRequested(boolab::RunId id, const QString& key, const nlohmann::json& value);
    void resumeRequested(boolab::RunId id);
    /// A resume to a later end.
    void extendRequested(boolab::RunId id, std::int64_t totalSteps);
    void runAgainRequested(const boolab::Job& job);
    void cloneRequested(const boolab::Job& job);
    void inspectRequested(const boolab::ui::InspectionRequest& request);
    void evaluateRequested(const boolab::Job& job);
    void exportRequested(const QString& model);
    void playgroundRequested(const QString& model);
    void notesWritten(boolab::RunId id, const QString& markdown);
    /// The lineage is looked at: are its models there, and are there others like them?
    void factsWanted(boolab::RunId id);
    /// Another run is to be looked at.
    void runRequested(boolab::RunId id);
    void told(const QString& text);

private:
    void answerHeader();
    void connectParts();
    void connectSteering();
    void showPanels();
    void showRelations(bool first);
    void showLineage();
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
    RunSamples* m_samples;
    RunScores* m_scores;
    RunSettings* m_settings;
    RunExtension* m_extension;
    RunDetails* m_details;
    RunNotes* m_notes;
    LineageView* m_lineage;
    RunId m_lineageOf = 0;
    RunListPtr m_lineageRuns;
    SweepView* m_sweep;
    KernelCurveView* m_curve;
};

} // namespace boolab::ui
