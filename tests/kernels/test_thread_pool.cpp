// SPDX-License-Identifier: Apache-2.0
#include <QtTest>
#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "kernels/thread_pool.h"

using namespace boolab::kernels;

class TestThreadPool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPieceRunsOnce()
    {
        for (const int threads : {0, 1, 2, 5}) {
            std::vector<std::atomic<int>> runs(1000);
            parallel_for(1000, threads, [&](std::int64_t i) { ++runs[std::size_t(i)]; });
            for (const auto& count : runs)
                QCOMPARE(count.load(), 1);
        }
    }

    void noMoreThreadsThanAsked()
    {
        parallel_for(64, 6, [](std::int64_t) {});
        std::mutex mutex;
        std::set<std::thread::id> ids;
        parallel_for(64, 2, [&](std::int64_t) {
            std::this_thread::sleep_for(std::chrono::microseconds(200));
            const std::lock_guard lock(mutex);
            ids.insert(std::this_thread::get_id());
        });
        QVERIFY(ids.size() <= 2);
    }

    void piecesRunOnSeveralThreads()
    {
        // Each of two pieces waits for the other: finishes only where two threads take part.
        std::atomic<int> arrived = 0;
        std::atomic<bool> together = true;
        parallel_for(2, 2, [&](std::int64_t) {
            ++arrived;
            const auto start = std::chrono::steady_clock::now();
            while (arrived < 2)
                if (std::chrono::steady_clock::now() - start > std::chrono::seconds(10)) {
                    together = false;
                    return;
                }
        });
        QVERIFY(together);
    }

    void nestedCallsFinish()
    {
        std::atomic<int> sum = 0;
        parallel_for(8, 3, [&](std::int64_t) { parallel_for(8, 3, [&](std::int64_t j) { sum += int(j); }); });
        QCOMPARE(sum.load(), 8 * 28);
    }

    void callersOnSeveralThreadsDoNotDisturbEachOther()
    {
        std::vector<std::thread> callers;
        std::atomic<int> wrong = 0;
        for (int c = 0; c < 4; ++c)
            callers.emplace_back([&] {
                for (int round = 0; round < 500; ++round) {
                    std::atomic<std::int64_t> sum = 0;
                    parallel_for(20, 3, [&](std::int64_t i) { sum += i; });
                    if (sum != 190) ++wrong;
                }
            });
        for (auto& caller : callers)
            caller.join();
        QCOMPARE(wrong.load(), 0);
    }

    void exceptionReachesTheCallerAndThePoolGoesOn()
    {
        const auto body = [](std::int64_t i) {
            if (i == 7) throw std::runtime_error("seven");
        };
        QVERIFY_EXCEPTION_THROWN(parallel_for(100, 3, body), std::runtime_error);
        std::atomic<int> runs = 0;
        parallel_for(100, 3, [&](std::int64_t) { ++runs; });
        QCOMPARE(runs.load(), 100);
    }
};

QTEST_APPLESS_MAIN(TestThreadPool)
#include "test_thread_pool.moc"
