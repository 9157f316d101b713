// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "core/store/prompts.h"
#include "core/store/records.h"

#include <QObject>
#include <QThread>
#include <filesystem>
#include <functional>
#include <vector>

namespace boolab
{
class ExperimentStore;
}

namespace boolab::ui
{

/// Models that belong to one, as far as the runs tell; empty where unknown.
struct Relatives {
    std::string teacher; ///< of a Boolean model: what it was made from
    std::string student; ///< of a dense model: the newest Boolean model made from it
    std::string text;    ///< that a Boolean model was calibrated on
};

/// A model that a run wrote, and what it was made from where that is still there.
struct RunModel {
    std::string name; ///< the run's
    std::string path;
    std::string source;
};

/// What the pages ask of the experiment database beside the runs page: done in order in a thread with a
/// connection of its own, answered by signals on this object's thread.
class StoreQueue : public QObject
{
    Q_OBJECT

public:
    explicit StoreQueue(std::filesystem::path database, QObject* parent = nullptr);
    /// Finishes what was asked for before.
    ~StoreQueue() override;

    void readRecentModels();
    /// Recent models follow.
    void rememberModel(const ModelRecord& model);
    void findRelatives(const std::string& model);
    void readJob(RunId run);
    /// The run that `job` would have to wait for, were it to wait for its device.
    void findRunAhead(const Job& job);
    /// Looks once for the run that `job`, started at `since` (Unix seconds), has made.
    void findRun(const Job& job, double since);
    /// Of runs that are done, the newest first; each model once.
    void readRunModels();
    /// All that changes prompts reads them again afterwards.
    void readPrompts();
    void usePrompt(const std::string& text, const nlohmann::json& settings);
    void setPromptPinned(std::int64_t id, bool pinned);
    void removePrompt(std::int64_t id);
    void restorePrompt(const PromptRecord& prompt);

Q_SIGNALS:
    void recentModelsRead(const std::vector<boolab::ModelRecord>& models);
    void relativesFound(const std::string& model, const boolab::ui::Relatives& relatives);
    void jobRead(boolab::RunId run, const boolab::Job& job);
    void runFound(boolab::RunId run);                           ///< 0: not yet
    void runAheadFound(boolab::RunId run, const QString& name); ///< 0: the device is free
    void runModelsRead(const std::vector<boolab::ui::RunModel>& models);
    void promptsRead(const std::vector<boolab::PromptRecord>& prompts);
    void failed(const QString& text);

private:
    using Answer = std::function<void()>;
    /// `work` runs in the thread; what it returns runs in ours.
    void ask(std::function<Result<Answer>(ExperimentStore&)> work);
    void changePrompts(std::function<Status(Prompts)> change);

    class Worker;
    QThread m_thread;
    Worker* m_worker;
};

} // namespace boolab::ui
