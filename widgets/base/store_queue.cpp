// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/store_queue.h"

#include "core/base/json_field.h"
#include "core/base/normal_path.h"
#include "core/base/system_info.h"
#include "core/inspect/model_origin.h"
#include "core/store/experiment_store.h"
#include "core/store/run_queue.h"

#include <algorithm>
#include <optional>

namespace fs = std::filesystem;

namespace boolab::ui
{

namespace
{

constexpr int kRecentModels = 8;
constexpr std::size_t kRunModels = 20;

Relatives relativesOf(const std::string& model, const std::vector<RunRecord>& runs)
{
    const ModelOrigin origin = originOf(model, runs);
    Relatives relatives{.teacher = origin.original, .student = {}, .text = origin.text};
    for (const RunRecord& run : runs) { // newest first
        if (run.state != RunState::Done || (run.kind != "convert" && run.kind != "finetune")) continue;
        const std::string source = textAt(run.job, run.kind == "finetune" ? "teacher" : "model");
        if (!samePath(source, model)) continue;
        relatives.student = textAt(run.job, "output");
        break;
    }
    return relatives;
}

std::vector<RunModel> modelsOf(const std::vector<RunRecord>& runs)
{
    std::vector<RunModel> models;
    std::error_code ignored;
    for (const RunRecord& run : runs) { // newest first
        if (models.size() == kRunModels) break;
        const bool writesModel = run.kind == "convert" || run.kind == "finetune";
        const std::string path = textAt(run.job, "output");
        if (!writesModel || run.state != RunState::Done ||
            !fs::exists(fs::path(path) / "config.json", ignored))
            continue;
        const auto isIt = [&](const RunModel& other) { return samePath(other.path, path); };
        if (std::ranges::any_of(models, isIt)) continue;
        std::string source = textAt(run.job, run.kind == "finetune" ? "teacher" : "model");
        if (!fs::exists(source, ignored)) source.clear();
        models.push_back({run.name, path, source});
    }
    return models;
}

/// A resumed run keeps its row, so only its output tells.
bool isRunOf(const RunRecord& run, const Job& job, double since)
{
    if (run.kind != job.spec().name) return false;
    if (job.on("resume")) return samePath(textAt(run.job, "output"), job.text("output"));
    constexpr double kClockSlack = 0.01;
    if (run.kind == "sweep" && run.heartbeatAt >= since - kClockSlack && run.state == RunState::Running)
        return samePath(textAt(run.job, "output"), job.text("output"));
    nlohmann::json theirs = run.job.get(), ours = job.toJson();
    theirs.erase("db"); // the launcher adds it
    ours.erase("db");
    return run.createdAt >= since - kClockSlack && theirs == ours;
}

} // namespace

class StoreQueue::Worker : public QObject
{
public:
    explicit Worker(fs::path database) : m_database(std::move(database)) {}

    Result<ExperimentStore*> store()
    {
        if (!m_store) {
            auto opened = ExperimentStore::open(m_database);
            if (!opened) return std::unexpected(opened.error());
            m_store.emplace(std::move(*opened));
        }
        return &*m_store;
    }

private:
    fs::path m_database;
    std::optional<ExperimentStore> m_store;
};

StoreQueue::StoreQueue(fs::path database, QObject* parent)
    : QObject(parent), m_worker(new Worker(std::move(database)))
{
    m_thread.setObjectName(QStringLiteral("store queue"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

StoreQueue::~StoreQueue()
{
    QMetaObject::invokeMethod(
        m_worker, [this] { m_thread.quit(); }, Qt::QueuedConnection);
    m_thread.wait();
}

void StoreQueue::ask(std::function<Result<Answer>(ExperimentStore&)> work)
{
    const auto task = [this, work = std::move(work)] {
        const auto store = m_worker->store();
        const Result<Answer> answer = store ? work(**store) : Result<Answer>(std::unexpected(store.error()));
        QMetaObject::invokeMethod(
            this,
            [this, answer] {
                if (answer)
                    (*answer)();
                else
                    Q_EMIT failed(QString::fromStdString(answer.error().text()));
            },
            Qt::QueuedConnection);
    };
    QMetaObject::invokeMethod(m_worker, task, Qt::QueuedConnection);
}

void StoreQueue::readRecentModels()
{
    ask([this](ExperimentStore& store) -> Result<Answer> {
        auto models = store.recentModels(kRecentModels);
        if (!models) return std::unexpected(models.error());
        return [this, models = std::move(*models)] { Q_EMIT recentModelsRead(models); };
    });
}

void StoreQueue::rememberModel(const ModelRecord& model)
{
    ask([model](ExperimentStore& store) -> Result<Answer> {
        if (auto saved = store.rememberModel(model); !saved) return std::unexpected(saved.error());
        return [] {};
    });
    readRecentModels();
}

void StoreQueue::findRelatives(const std::string& model)
{
    ask([this, model](ExperimentStore& store) -> Result<Answer> {
        const auto runs = store.runs();
        if (!runs) return std::unexpected(runs.error());
        return
            [this, model, relatives = relativesOf(model, *runs)] { Q_EMIT relativesFound(model, relatives); };
    });
}

void StoreQueue::readJob(RunId id)
{
    ask([this, id](ExperimentStore& store) -> Result<Answer> {
        const auto run = store.run(id);
        if (!run) return std::unexpected(run.error());
        const auto job = Job::fromJson(run->job, "the job of run " + std::to_string(id));
        if (!job) return std::unexpected(job.error());
        return [this, id, job = *job] { Q_EMIT jobRead(id, job); };
    });
}

void StoreQueue::findRunAhead(const Job& job)
{
    ask([this, device = job.text("device")](ExperimentStore& store) -> Result<Answer> {
        const auto runs = store.runs();
        if (!runs) return std::unexpected(runs.error());
        const RunRecord* ahead = runAhead(*runs, 0, device, hostName());
        return [this, id = ahead ? ahead->id : 0, name = ahead ? ahead->name : std::string()] {
            Q_EMIT runAheadFound(id, QString::fromStdString(name));
        };
    });
}

void StoreQueue::findRun(const Job& job, double since)
{
    ask([this, job, since](ExperimentStore& store) -> Result<Answer> {
        const auto runs = store.runs();
        if (!runs) return std::unexpected(runs.error());
        RunId found = 0;
        for (const RunRecord& run : *runs)
            if (found == 0 && isRunOf(run, job, since)) found = run.id;
        return [this, found] { Q_EMIT runFound(found); };
    });
}

void StoreQueue::readRunModels()
{
    ask([this](ExperimentStore& store) -> Result<Answer> {
        const auto runs = store.runs();
        if (!runs) return std::unexpected(runs.error());
        return [this, models = modelsOf(*runs)] { Q_EMIT runModelsRead(models); };
    });
}

void StoreQueue::readPrompts()
{
    changePrompts([](Prompts) { return Status(); });
}

void StoreQueue::usePrompt(const std::string& text, const nlohmann::json& settings)
{
    changePrompts([text, settings](Prompts prompts) -> Status {
        const auto used = prompts.use(text, settings);
        return used ? Status() : Status(std::unexpected(used.error()));
    });
}

void StoreQueue::setPromptPinned(std::int64_t id, bool pinned)
{
    changePrompts([id, pinned](Prompts prompts) { return prompts.setPinned(id, pinned); });
}

void StoreQueue::removePrompt(std::int64_t id)
{
    changePrompts([id](Prompts prompts) { return prompts.remove(id); });
}

void StoreQueue::restorePrompt(const PromptRecord& prompt)
{
    changePrompts([prompt](Prompts prompts) { return prompts.restore(prompt); });
}

void StoreQueue::changePrompts(std::function<Status(Prompts)> change)
{
    ask([this, change = std::move(change)](ExperimentStore& store) -> Result<Answer> {
        if (auto changed = change(store.prompts()); !changed) return std::unexpected(changed.error());
        auto prompts = store.prompts().list();
        if (!prompts) return std::unexpected(prompts.error());
        return [this, prompts = std::move(*prompts)] { Q_EMIT promptsRead(prompts); };
    });
}

} // namespace boolab::ui
