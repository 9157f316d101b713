// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QThreadPool>
#include <memory>
#include <utility>

namespace boolab::ui
{

/// One thread for short work that may block (headers of files, small queries). Work runs in order; its value
/// comes back on the owner's thread, and never after this object is gone. The destructor waits for the work
/// that runs and drops what has not begun.
class Background : public QObject
{
public:
    explicit Background(QObject* parent = nullptr) : QObject(parent) { m_pool.setMaxThreadCount(1); }
    ~Background() override
    {
        m_pool.clear();
        m_pool.waitForDone();
    }

    /// `work()` in the thread, then `done(value)` here.
    template <class Work, class Done> void run(Work work, Done done)
    {
        m_pool.start([this, work = std::move(work), done = std::move(done)] {
            auto value = std::make_shared<decltype(work())>(work());
            QMetaObject::invokeMethod(
                this, [value, done] { done(std::move(*value)); }, Qt::QueuedConnection);
        });
    }

private:
    QThreadPool m_pool;
};

} // namespace boolab::ui
