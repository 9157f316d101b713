// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/experiment_store.h"
#include "widgets/runs/run_update.h"

#include <filesystem>
#include <functional>

#include <QObject>
#include <QThread>

namespace boolab::ui
{

class StoreWorker;

/// The window's only way to the experiment database: a thread with a connection of its own that looks a few
/// times a second whether anything was written, and hands over what is new as values. All signals come on the
/// thread of this object.
class RunFollower : public QObject
{
    Q_OBJECT

public:
    explicit RunFollower(std::filesystem::path database, QObject* parent = nullptr);
    /// Finishes what was asked for before.
    ~RunFollower() override;

    /// The run whose rows are read; 0: none.
    void follow(RunId id);
    void request(RunId id, RequestKind kind);
    void requestSetting(RunId id, const QString& key, const nlohmann::json& value);
    void rename(RunId id, const QString& name);
    void remove(const std::vector<RunId>& ids);
    void restore(const std::vector<RunId>& ids);
    void setPinned(const std::vector<RunId>& ids, bool pinned);
    void setArchived(const std::vector<RunId>& ids, bool archived);
    void setTags(RunId id, const std::vector<std::string>& tags);
    void setNotes(RunId id, const QString& markdown);
    void saveFilter(const QString& name, const QString& query);
    void removeFilter(const QString& name);
    /// From now on the last, lowest and highest values of all curves are read with the runs, or no more.
    void wantCurves(bool wanted);

Q_SIGNALS:
    void runsRead(const boolab::ui::RunListPtr& runs);
    void deletedRunsRead(const boolab::ui::RunListPtr& runs);
    void filtersRead(const boolab::ui::SavedFilters& filters);
    void curvesRead(const boolab::ui::CurvesPtr& curves);
    void runRead(const boolab::ui::RunUpdatePtr& update);
    void failed(const QString& text);

private:
    void change(std::function<Status(ExperimentStore&)> write);

    QThread m_thread;
    StoreWorker* m_worker;
};

} // namespace boolab::ui
