// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/compare_reader.h"

#include <algorithm>

namespace boolab::ui
{

namespace
{

constexpr int kLookEveryMs = 1000;

} // namespace

struct CompareReader::Answer {
    CompareDataPtr data; ///< none: nothing has changed
    QString error, saved;
};

/// The connection and what was read through it before.
struct CompareReader::State {
    struct Known {
        RunRecord run;
        std::map<std::string, CurvePtr> curves;
    };

    std::filesystem::path database;
    std::optional<ExperimentStore> store;
    std::int64_t version = -1;
    std::map<RunId, Known> known;

    Status open()
    {
        if (store) return {};
        auto opened = ExperimentStore::open(database);
        if (!opened) return std::unexpected(opened.error());
        store.emplace(std::move(*opened));
        return {};
    }

    /// A run that was resumed has dropped the steps after its checkpoint.
    static bool mustStartOver(const RunRecord& before, const RunRecord& now)
    {
        return before.pid != now.pid || now.step < before.step || before.resumedAt != now.resumedAt;
    }

    Result<CurvePtr> readCurve(RunId id, const std::string& metric, const CurvePtr& before, bool startOver)
    {
        const bool isOld = before && !before->points.empty() && !startOver;
        auto points = store->metrics(id, metric, isOld ? before->points.back().step : -1);
        if (!points) return std::unexpected(points.error());
        if (isOld && points->empty()) return before;
        auto curve = std::make_shared<CurveReading>();
        curve->edition = before ? before->edition + (isOld ? 0 : 1) : 0;
        if (isOld) curve->points = before->points;
        curve->points.insert(curve->points.end(), points->begin(), points->end());
        return curve;
    }

    Status readCurves(CompareData& data, const std::set<std::string>& metrics)
    {
        for (const ComparedRun& one : data.runs) {
            Known& mine = known[one.run.id];
            const bool startOver = mine.run.id != 0 && mustStartOver(mine.run, one.run);
            for (const std::string& metric : metrics) {
                const auto has = [&](const MetricSummary& curve) { return curve.name == metric; };
                if (std::ranges::none_of(one.curves, has)) continue;
                auto curve = readCurve(one.run.id, metric, mine.curves[metric], startOver);
                if (!curve) return std::unexpected(curve.error());
                mine.curves[metric] = *curve;
                data.curves[one.run.id][metric] = std::move(*curve);
            }
            mine.run = one.run;
        }
        return {};
    }

    Result<CompareDataPtr> read(const std::vector<RunId>& runs, const std::set<std::string>& metrics)
    {
        auto data = std::make_shared<CompareData>();
        auto all = store->runs();
        if (!all) return std::unexpected(all.error());
        data->all = std::make_shared<const std::vector<RunRecord>>(std::move(*all));
        auto compared = readComparedRuns(*store, runs, *data->all);
        if (!compared) return std::unexpected(compared.error());
        data->runs = std::move(*compared);
        if (auto curves = readCurves(*data, metrics); !curves) return std::unexpected(curves.error());
        auto saved = store->comparisons().all();
        if (!saved) return std::unexpected(saved.error());
        data->saved = std::move(*saved);
        return data;
    }

    Answer look(const std::vector<RunId>& runs, const std::set<std::string>& metrics, bool evenIfUnchanged)
    {
        const auto wrong = [](const Error& error) {
            return Answer{{}, QString::fromStdString(error.text()), {}};
        };
        if (auto opened = open(); !opened) return wrong(opened.error());
        const auto now = store->dataVersion();
        if (!now) return wrong(now.error());
        if (*now == version && !evenIfUnchanged) return {};
        version = *now;
        auto data = read(runs, metrics);
        return data ? Answer{std::move(*data), {}, {}} : wrong(data.error());
    }
};

CompareReader::CompareReader(std::filesystem::path database, QObject* parent)
    : QObject(parent), m_state(std::make_shared<State>())
{
    m_state->database = std::move(database);
    m_timer.setInterval(kLookEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &CompareReader::lookForNew);
}

CompareReader::~CompareReader() = default;

void CompareReader::setRuns(const std::vector<RunId>& runs)
{
    m_runs = runs;
    look();
}

void CompareReader::setMetrics(const std::set<std::string>& metrics)
{
    if (metrics == m_metrics) return;
    m_metrics = metrics;
    look();
}

void CompareReader::setActive(bool active)
{
    if (active == m_timer.isActive()) return;
    active ? m_timer.start() : m_timer.stop();
    if (active) look();
}

void CompareReader::look()
{
    ++m_asked;
    m_background.run(
        [state = m_state, runs = m_runs, metrics = m_metrics] { return state->look(runs, metrics, true); },
        [this](const Answer& answer) {
            ++m_answered;
            take(answer);
        });
}

/// A slow disk is not asked twice.
void CompareReader::lookForNew()
{
    if (isReading() || m_isLooking) return;
    m_isLooking = true;
    m_background.run(
        [state = m_state, runs = m_runs, metrics = m_metrics] { return state->look(runs, metrics, false); },
        [this](const Answer& answer) {
            m_isLooking = false;
            take(answer);
        });
}

void CompareReader::take(const Answer& answer)
{
    if (!answer.error.isEmpty() && answer.error != m_lastError) Q_EMIT failed(answer.error);
    m_lastError = answer.error;
    // What was asked for since then comes behind it.
    if (answer.data && m_answered == m_asked) Q_EMIT read(answer.data);
}

void CompareReader::save(const SavedComparison& comparison)
{
    ++m_asked;
    m_background.run(
        [state = m_state, comparison] {
            auto done = state->open();
            if (done) done = state->store->comparisons().save(comparison);
            return done ? Answer{{}, {}, QString::fromStdString(comparison.name)}
                        : Answer{{}, QString::fromStdString(done.error().text()), {}};
        },
        [this](const Answer& answer) {
            ++m_answered;
            if (!answer.error.isEmpty()) return Q_EMIT failed(answer.error);
            Q_EMIT saved(answer.saved);
            look();
        });
}

void CompareReader::removeSaved(const QString& name)
{
    ++m_asked;
    m_background.run(
        [state = m_state, name = name.toStdString()] {
            auto done = state->open();
            if (done) done = state->store->comparisons().remove(name);
            return done ? QString() : QString::fromStdString(done.error().text());
        },
        [this](const QString& error) {
            ++m_answered;
            if (!error.isEmpty()) Q_EMIT failed(error);
            look();
        });
}

} // namespace boolab::ui
