// SPDX-License-Identifier: Apache-2.0
#include "app/window/job_center.h"

#include "widgets/base/job_launcher.h"
#include "widgets/base/store_queue.h"

#include <QDateTime>

namespace boolab::ui
{

namespace
{

constexpr int kLookEveryMs = 250;
constexpr qint64 kPatienceMs = 120'000; // an engine on a cold, slow disk; later its run is in the list anyhow

} // namespace

JobCenter::JobCenter(std::filesystem::path cli, std::filesystem::path database, StoreQueue& store,
                     QObject* parent)
    : QObject(parent), m_store(store), m_launcher(new JobLauncher(std::move(cli), std::move(database), this))
{
    m_look.setInterval(kLookEveryMs);
    connect(&m_look, &QTimer::timeout, this, &JobCenter::lookForRun);
    connect(&m_store, &StoreQueue::runFound, this, &JobCenter::takeRun);
    connect(&m_store, &StoreQueue::jobRead, this, &JobCenter::takeJob);
    connect(&m_store, &StoreQueue::runAheadFound, this, &JobCenter::startNext);
    connect(&m_store, &StoreQueue::failed, this, [this] {
        m_isLooking = false;
        startNext(0, {}); // the engine says better what is wrong with the database
    });
    connect(m_launcher, &JobLauncher::started, this, &JobCenter::started);
    connect(m_launcher, &JobLauncher::failed, this, [this](const QString& message) {
        m_look.stop();
        Q_EMIT failed(message);
    });
}

void JobCenter::launch(const Job& job, const QStringList& moreModels)
{
    m_starting.push_back({job, moreModels});
    m_store.findRunAhead(job);
}

void JobCenter::startNext(RunId ahead, const QString& name)
{
    if (m_starting.empty()) return;
    auto [job, moreModels] = std::move(m_starting.front());
    m_starting.pop_front();
    const bool waits = ahead != 0 && job.set("queue", true).has_value();
    std::error_code ignored;
    m_awaited = job;
    m_awaited->resolvePaths(std::filesystem::current_path(ignored)); // as its row will say
    m_launchedAt = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
    m_sinceLaunch.start();
    m_look.start();
    m_launcher->start(job, moreModels);
    if (waits) Q_EMIT queued(name);
}

void JobCenter::lookForRun()
{
    if (m_sinceLaunch.elapsed() > kPatienceMs) m_look.stop();
    if (m_isLooking || !m_awaited) return;
    m_isLooking = true;
    m_store.findRun(*m_awaited, m_launchedAt);
}

void JobCenter::takeRun(RunId id)
{
    m_isLooking = false;
    if (id == 0 || !m_look.isActive()) return;
    m_look.stop();
    m_awaited.reset();
    Q_EMIT runAppeared(id);
}

void JobCenter::resume(RunId id)
{
    m_resuming[id] = std::nullopt;
    m_store.readJob(id);
}

void JobCenter::extend(RunId id, std::int64_t totalSteps)
{
    m_resuming[id] = totalSteps;
    m_store.readJob(id);
}

void JobCenter::takeJob(RunId id, const Job& job)
{
    const auto asked = m_resuming.extract(id);
    if (asked.empty()) return;
    Job again = job;
    Status set;
    if (again.kind() == JobKind::Finetune) set = again.set("resume", true);
    if (set && asked.mapped()) set = again.set("steps", *asked.mapped());
    if (!set) return Q_EMIT failed(QString::fromStdString(set.error().text()));
    launch(again);
}

} // namespace boolab::ui
