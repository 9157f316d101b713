// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/value_figures.h"

#include <atomic>
#include <memory>

#include <QObject>
#include <QThread>

namespace boolab::ui
{

/// Reads all values of a model in a thread of its own and tells tensor by tensor what is in them.
class ValueCheck : public QObject
{
    Q_OBJECT

public:
    explicit ValueCheck(QObject* parent = nullptr);
    /// Stops what runs.
    ~ValueCheck() override;

    /// Begins anew, with the tensors in this order; one that runs is stopped.
    void start(const QString& model, const std::vector<std::string>& tensors);
    void stop();
    /// Stops it and hears no more of it.
    void drop();
    bool isRunning() const { return m_isRunning; }

Q_SIGNALS:
    void found(const std::string& tensor, const boolab::ValueFigures& figures);
    void progressed(int percent);
    /// `problem` is empty where all have been read; `wasStopped` where somebody stopped it.
    void ended(const QString& problem, bool wasStopped);

private:
    void end(const QString& problem, bool wasStopped);

    QThread m_thread;
    QObject* m_worker;
    std::shared_ptr<std::atomic<bool>> m_stop;
    bool m_isRunning = false;
};

} // namespace boolab::ui
