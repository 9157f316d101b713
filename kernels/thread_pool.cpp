// SPDX-License-Identifier: Apache-2.0
#include "kernels/thread_pool.h"

#include "kernels/keep_awake.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace boolab::kernels
{

namespace
{

/// Looks at a flag for some tens of microseconds before sleeping: ops call in quick succession, a wake-up
/// costs as much.
constexpr int kSpins = 1000;

void pauseCpu()
{
#if defined(__x86_64__)
    _mm_pause();
#endif
}

thread_local bool t_insideBody = false;

std::atomic<int> s_keptAwake = 0; ///< KeepAwake objects alive

/// One call of parallel_for; lives on the caller's stack until no worker is in it.
struct Job {
    Job(std::int64_t count, int helpers, const std::function<void(std::int64_t)>& body)
        : count(count), helpersWanted(helpers), body(body)
    {
    }

    void work()
    {
        t_insideBody = true;
        try {
            for (std::int64_t i = next++; i < count; i = next++)
                body(i);
        } catch (...) {
            next = count;
            const std::lock_guard lock(errorMutex);
            if (!error) error = std::current_exception();
        }
        t_insideBody = false;
    }

    const std::int64_t count;
    int helpersWanted; ///< under the pool's mutex
    const std::function<void(std::int64_t)>& body;
    std::atomic<std::int64_t> next = 0;
    std::atomic<int> helpersInside = 0;
    std::mutex errorMutex;
    std::exception_ptr error;
};

class ThreadPool
{
public:
    static ThreadPool& instance()
    {
        static ThreadPool s_pool;
        return s_pool;
    }

    ~ThreadPool()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_stopping = true;
        }
        m_wake.notify_all();
        for (auto& worker : m_workers)
            worker.join();
    }

    /// False where another thread's call holds the pool.
    bool tryRun(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body)
    {
        const std::unique_lock call(m_callMutex, std::try_to_lock);
        if (!call.owns_lock()) return false;
        const int helpers = int(std::min<std::int64_t>(threads, count)) - 1;
        startWorkers(helpers);
        Job job(count, helpers, body);
        publish(&job);
        job.work();
        withdraw(job);
        if (job.error) std::rethrow_exception(job.error);
        return true;
    }

private:
    void startWorkers(int wanted)
    {
        while (int(m_workers.size()) < wanted)
            m_workers.emplace_back([this] { serve(); });
    }

    void publish(Job* job)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_job = job;
            ++m_generation;
        }
        m_wake.notify_all();
    }

    void withdraw(Job& job)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_job = nullptr;
        }
        for (int spin = 0; spin < kSpins && job.helpersInside > 0; ++spin)
            pauseCpu();
        std::unique_lock lock(m_mutex);
        m_left.wait(lock, [&] { return job.helpersInside == 0; });
    }

    void lookForWork(std::uint64_t seen) const
    {
        const auto idle = [&] { return m_generation == seen && !m_stopping; };
        for (int spin = 0; spin < kSpins && idle(); ++spin)
            pauseCpu();
        while (s_keptAwake > 0 && idle()) {
            std::this_thread::yield();
            pauseCpu();
        }
    }

    void serve()
    {
        std::uint64_t seen = 0;
        for (;;) {
            lookForWork(seen);
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [&] { return m_stopping || m_generation != seen; });
            if (m_stopping) return;
            seen = m_generation;
            Job* job = m_job;
            if (!job || job->helpersWanted == 0) continue;
            --job->helpersWanted;
            ++job->helpersInside;
            lock.unlock();
            job->work();
            lock.lock();
            --job->helpersInside;
            m_left.notify_all();
        }
    }

    std::mutex m_callMutex; ///< held by the one caller that has the workers
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_left;
    std::vector<std::thread> m_workers;
    Job* m_job = nullptr;
    std::atomic<std::uint64_t> m_generation = 0;
    std::atomic<bool> m_stopping = false;
};

} // namespace

KeepAwake::KeepAwake()
{
    ++s_keptAwake;
}

KeepAwake::~KeepAwake()
{
    --s_keptAwake;
}

void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body)
{
    if (count > 1 && threads > 1 && !t_insideBody && ThreadPool::instance().tryRun(count, threads, body))
        return;
    for (std::int64_t i = 0; i < count; ++i)
        body(i);
}

} // namespace boolab::kernels
