// SPDX-License-Identifier: Apache-2.0
// What the store's tests share: a database in a folder of its own, and short ways to fill and ask it.
#pragma once

#include "core/store/database.h"
#include "core/store/experiment_store.h"
#include "core/store/run_recorder.h"

#include <QTemporaryDir>
#include <QTest>
#include <chrono>
#include <thread>

/// Fails the test with the store's own words.
#define VERIFY_OK(expression)                                                                                \
    do {                                                                                                     \
        const auto& verified_ = (expression);                                                                \
        QVERIFY2(verified_.has_value(), verified_ ? "" : verified_.error().text().c_str());                  \
    } while (false)

namespace boolab::test
{

using namespace std::chrono_literals;

class TemporaryDatabase
{
public:
    std::filesystem::path folder() const { return m_folder.path().toStdString(); }
    std::filesystem::path file() const { return folder() / "experiments.sqlite"; }
    ExperimentStore store() const { return std::move(ExperimentStore::open(file()).value()); }
    sqlite::Connection connection() const { return std::move(openDatabase(file(), 2000ms).value()); }

private:
    QTemporaryDir m_folder;
};

inline NewRun newRun(const std::string& name = {}, const std::string& project = "p")
{
    NewRun run;
    run.project = project;
    run.kind = "finetune";
    run.name = name;
    run.job = {{"kind", "finetune"}, {"steps", 60}};
    run.versions = {{"boolab", "0.1.0"}};
    run.device = "cpu";
    run.dtype = "float32";
    run.seed = 0xffffffffffffffffULL;
    run.totalSteps = 60;
    return run;
}

/// A run that is over; its id.
inline RunId finishedRun(const TemporaryDatabase& database, RunState state = RunState::Done,
                         const std::string& name = {})
{
    auto recorder = RunRecorder::begin(database.file(), newRun(name)).value();
    recorder.progress(60, 60);
    recorder.metric(60, "loss", 1.0);
    if (!recorder.end(state)) qFatal("the run cannot be ended");
    return recorder.id();
}

template <class Condition> bool waitFor(Condition condition, std::chrono::milliseconds limit = 10s)
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

} // namespace boolab::test
