// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/runs/run_update.h"

#include <filesystem>

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

Q_SIGNALS:
    void runsRead(const boolab::ui::RunListPtr& runs);
    void runRead(const boolab::ui::RunUpdatePtr& update);
    void failed(const QString& text);

private:
    QThread m_thread;
    StoreWorker* m_worker;
};

} // namespace boolab::ui
