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

    void wantCurves(bool wanted)
    {
        const bool isNew = wanted && !m_wantsCurves;
        m_wantsCurves = wanted;
        if (isNew) readAll();
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
        if (auto read = readOrder(); !read) return tell(read.error());
        m_lastError.clear();
        if (!m_tail) return;
        if (auto update = m_tail->read(*m_store))
            emitLater(&RunFollower::runRead, std::make_shared<const RunUpdate>(std::move(*update)));
        else
            tell(update.error());
    }

    /// What stands beside the runs: few rows, but for the curves' figures.
    Status readOrder()
    {
        auto deleted = m_store->deletedRuns();
        if (!deleted) return std::unexpected(deleted.error());
        emitLater(&RunFollower::deletedRunsRead,
                  std::make_shared<const std::vector<RunRecord>>(std::move(*deleted)));
        auto filters = m_store->savedFilters();
        if (!filters) return std::unexpected(filters.error());
        emitLater(&RunFollower::filtersRead, std::move(*filters));
        if (!m_wantsCurves) return {};
        auto curves = m_store->metricSummaries();
        if (!curves) return std::unexpected(curves.error());
        emitLater(&RunFollower::curvesRead, std::make_shared<const SummaryTable>(std::move(*curves)));
        return {};
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
    bool m_wantsCurves = false;
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

void RunFollower::change(std::function<Status(ExperimentStore&)> write)
{
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, write = std::move(write)] { worker->change(write); });
}

void RunFollower::request(RunId id, RequestKind kind)
{
    change([=](ExperimentStore& store) { return store.request(id, kind); });
}

void RunFollower::requestSetting(RunId id, const QString& key, const nlohmann::json& value)
{
    change([id, key = key.toStdString(), value](ExperimentStore& store) {
        return store.requestSetting(id, key, value);
    });
}

void RunFollower::rename(RunId id, const QString& name)
{
    change([id, name = name.toStdString()](ExperimentStore& store) { return store.renameRun(id, name); });
}

void RunFollower::remove(const std::vector<RunId>& ids)
{
    change([ids](ExperimentStore& store) {
        Status result;
        for (const RunId id : ids)
            if (Status status = store.deleteRun(id); !status) result = status;
        return result;
    });
}

void RunFollower::restore(const std::vector<RunId>& ids)
{
    change([ids](ExperimentStore& store) { return store.labels().restore(ids); });
}

void RunFollower::setPinned(const std::vector<RunId>& ids, bool pinned)
{
    change([=](ExperimentStore& store) { return store.labels().setPinned(ids, pinned); });
}

void RunFollower::setArchived(const std::vector<RunId>& ids, bool archived)
{
    change([=](ExperimentStore& store) { return store.labels().setArchived(ids, archived); });
}

void RunFollower::setTags(RunId id, const std::vector<std::string>& tags)
{
    change([=](ExperimentStore& store) { return store.labels().setTags(id, tags); });
}

void RunFollower::setNotes(RunId id, const QString& markdown)
{
    change([id, text = markdown.toStdString()](ExperimentStore& store) {
        return store.labels().setNotes(id, text);
    });
}

void RunFollower::saveFilter(const QString& name, const QString& query)
{
    change([filter = SavedFilter{name.toStdString(), query.toStdString()}](ExperimentStore& store) {
        return store.saveFilter(filter);
    });
}

void RunFollower::removeFilter(const QString& name)
{
    change([name = name.toStdString()](ExperimentStore& store) { return store.removeFilter(name); });
}

void RunFollower::wantCurves(bool wanted)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, wanted] { worker->wantCurves(wanted); });
}

} // namespace boolab::ui
