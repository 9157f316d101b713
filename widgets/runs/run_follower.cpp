// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_follower.h"

#include "widgets/runs/run_tail.h"

#include <QElapsedTimer>
#include <QTimer>

namespace boolab::ui
{
namespace
{

constexpr int kPollMs = 250;
constexpr qint64 kStaleCheckMs =
    3000; // a dead engine writes nothing: its run must be looked at again all the same

} // namespace

/// Lives in the follower's thread; the only owner of the connection.
class StoreWorker : public QObject
{
public:
    StoreWorker(std::filesystem::path database, RunFollower* follower)
        : m_database(std::move(database)), m_follower(follower)
    {
    }

    void start()
    {
        auto* timer = new QTimer(this);
        connect(timer, &QTimer::timeout, this, [this] { poll(); });
        timer->start(kPollMs);
        poll();
    }

    void follow(RunId id)
    {
        m_tail.reset();
        if (id != 0) m_tail.emplace(id);
        readAll();
    }

    /// Runs `write` on the open store, tells what failed, and shows the outcome at once.
    template <class Write> void change(Write write)
    {
        if (!open()) return;
        if (Status status = write(*m_store); !status) tell(status.error());
        readAll();
    }

private:
    bool open()
    {
        if (m_store) return true;
        auto store = ExperimentStore::open(m_database);
        if (store)
            m_store.emplace(std::move(*store));
        else
            tell(store.error());
        return m_store.has_value();
    }

    void poll()
    {
        if (!open()) return;
        const auto version = m_store->dataVersion();
        if (!version) return tell(version.error());
        const bool changed = *version != m_version;
        m_version = *version;
        if (changed || !m_sinceRead.isValid() || m_sinceRead.elapsed() > kStaleCheckMs) readAll();
    }

    void readAll()
    {
        if (!open()) return;
        m_sinceRead.start();
        if (auto runs = m_store->runs())
            emitLater(&RunFollower::runsRead,
                      std::make_shared<const std::vector<RunRecord>>(std::move(*runs)));
        else
            return tell(runs.error());
        m_lastError.clear();
        if (!m_tail) return;
        if (auto update = m_tail->read(*m_store))
            emitLater(&RunFollower::runRead, std::make_shared<const RunUpdate>(std::move(*update)));
        else
            tell(update.error());
    }

    void tell(const Error& error)
    {
        const QString text = QString::fromStdString(error.text());
        if (text == m_lastError) return; // the next poll meets it again
        m_lastError = text;
        emitLater(&RunFollower::failed, text);
    }

    template <class Signal, class Value> void emitLater(Signal signal, Value value)
    {
        QMetaObject::invokeMethod(
            m_follower,
            [follower = m_follower, signal, value = std::move(value)] {
                Q_EMIT(follower->*signal)
                (value);
            },
            Qt::QueuedConnection);
    }

    std::filesystem::path m_database;
    RunFollower* m_follower;
    std::optional<ExperimentStore> m_store;
    std::optional<RunTail> m_tail;
    std::int64_t m_version = -1;
    QElapsedTimer m_sinceRead;
    QString m_lastError;
};

RunFollower::RunFollower(std::filesystem::path database, QObject* parent)
    : QObject(parent), m_worker(new StoreWorker(std::move(database), this))
{
    m_thread.setObjectName(QStringLiteral("run follower"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
    QMetaObject::invokeMethod(m_worker, [worker = m_worker] { worker->start(); });
}

RunFollower::~RunFollower()
{
    QMetaObject::invokeMethod(m_worker,
                              [] { QThread::currentThread()->quit(); }); // behind all that was asked for
    m_thread.wait();
}

void RunFollower::follow(RunId id)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, id] { worker->follow(id); });
}

void RunFollower::request(RunId id, RequestKind kind)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, id, kind] {
        worker->change([&](ExperimentStore& store) { return store.request(id, kind); });
    });
}

void RunFollower::requestSetting(RunId id, const QString& key, const nlohmann::json& value)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, id, key = key.toStdString(), value] {
        worker->change([&](ExperimentStore& store) { return store.requestSetting(id, key, value); });
    });
}

void RunFollower::rename(RunId id, const QString& name)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, id, name = name.toStdString()] {
        worker->change([&](ExperimentStore& store) { return store.renameRun(id, name); });
    });
}

void RunFollower::remove(const std::vector<RunId>& ids)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, ids] {
        worker->change([&](ExperimentStore& store) {
            Status result;
            for (const RunId id : ids)
                if (Status status = store.deleteRun(id); !status) result = status;
            return result;
        });
    });
}

} // namespace boolab::ui
