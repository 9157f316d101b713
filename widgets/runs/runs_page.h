// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "core/store/records.h"
#include "widgets/runs/run_update.h"

#include <filesystem>

#include <QWidget>

namespace boolab::ui
{

class Background;
class RunFollower;
struct InspectionRequest;
class RunPage;
class RunsList;

/// All runs of an experiment database, and the selected one live: how it goes, its layers, its log. Reads and
/// writes the database only through a thread of its own, so a slow disk or a busy engine never holds up the
/// window.
class RunsPage : public QWidget
{
    Q_OBJECT

public:
    explicit RunsPage(std::filesystem::path database, QWidget* parent = nullptr);
    ~RunsPage() override;

    /// Selects a run, now or as soon as it stands in the database.
    void showRun(boolab::RunId id);

Q_SIGNALS:
    void resumeRequested(boolab::RunId id);
    void extendRequested(boolab::RunId id, std::int64_t totalSteps);
    void runAgainRequested(const boolab::Job& job);
    void cloneRequested(const boolab::Job& job);
    void inspectRequested(const boolab::ui::InspectionRequest& request);
    void evaluateRequested(const boolab::Job& job);
    void exportRequested(const QString& model);
    void compareRequested(const std::vector<boolab::RunId>& ids, bool show);
    void playgroundRequested(const QString& model);
    void statusChanged(const QString& text);

private:
    void connectFollower();
    void connectList();
    void connectRun();
    void connectLabels();
    void readFacts(RunId id);

    std::filesystem::path m_database;
    Background* m_background;
    RunListPtr m_runs;
    RunFollower* m_follower;
    RunsList* m_list;
    RunPage* m_run;
};

} // namespace boolab::ui
