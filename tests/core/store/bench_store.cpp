// SPDX-License-Identifier: Apache-2.0
// Times a large experiment database: bench_store FILE [RUNS] [POINTS]
// FILE is made with RUNS runs (5000) of POINTS metric rows each (100000) where it is not there yet; then the
// medians of what the window and the command line ask of it are printed.
#include "core/store/database.h"
#include "core/store/experiment_store.h"
#include "core/store/run_query.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>

using namespace boolab;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace
{

constexpr int kMetrics = 10;
constexpr int kRepeats = 5;

template <class Value> Value need(Result<Value> result)
{
    if (result) return std::move(*result);
    fmt::print(stderr, "{}\n", result.error().text());
    std::exit(1);
}

void need(const Status& status)
{
    if (status) return;
    fmt::print(stderr, "{}\n", status.error().text());
    std::exit(1);
}

nlohmann::json jobOf(int run)
{
    return {{"kind", "finetune"},
            {"student", fmt::format("/models/smollm2/gptq-{}", run % 7)},
            {"teacher", "/models/SmolLM2-135M-Instruct.Q4_1.gguf"},
            {"data", "/data/text.txt"},
            {"output", fmt::format("/models/smollm2/tuned-{}", run)},
            {"steps", 10000},
            {"method", run % 3 == 0 ? "gptq" : "svid"},
            {"learning_rate", 1e-4 * (run % 5 + 1)},
            {"seed", run},
            {"bool_threshold", 2.5}};
}

nlohmann::json resultOf(int run)
{
    nlohmann::json json = {{"output", fmt::format("/models/smollm2/tuned-{}", run)},
                           {"loss", 1.0 + run % 100 * 0.01},
                           {"perplexity", 20.0 + run % 60},
                           {"bits_per_weight", 2.0 + run % 20 * 0.1},
                           {"bits_per_weight_all", 5.9},
                           {"file_bytes", 94'000'000}};
    for (int i = 0; i < 20; ++i)
        json[fmt::format("figure_{}", i)] = 0.123456789 * i + run;
    return json;
}

void insertPoints(sqlite::Connection& db, sqlite::Statement& insert, RunId run, int points)
{
    const int steps = points / kMetrics;
    for (int metric = 1; metric <= kMetrics; ++metric) {
        for (int step = 1; step <= steps; ++step) {
            insert.bindAll(run, metric, step, 3.0 + std::sin(step * 0.01 + metric), 1e9 + step);
            need(insert.run());
        }
        need(db.run("INSERT INTO metric_summaries VALUES (?1, ?2, ?3, ?4, 2.0, 4.0)", run, metric, steps,
                    3.0 + std::sin(steps * 0.01 + metric)));
    }
}

void make(const std::filesystem::path& file, int runs, int points)
{
    auto db = need(openDatabase(file, 1s));
    need(db.script("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000"));
    need(db.run("INSERT INTO projects(name, created_at) VALUES ('bench', 1)"));
    for (int metric = 1; metric <= kMetrics; ++metric)
        need(db.run("INSERT INTO metric_names(name) VALUES (?1)",
                    metric == 1 ? std::string("loss") : fmt::format("metric_number_{}", metric)));
    auto insert = need(
        db.prepare("INSERT INTO metrics(run_id, metric_id, step, value, time) VALUES (?1, ?2, ?3, ?4, ?5)"));
    for (int run = 1; run <= runs;) {
        auto transaction = need(sqlite::Transaction::begin(db));
        for (const int until = std::min(run + 50, runs + 1); run < until; ++run) {
            need(db.run(
                "INSERT INTO runs(project_id, kind, name, state, job, versions, result, device, dtype, "
                "seed, step, total_steps, created_at, started_at, ended_at, heartbeat_at) VALUES "
                "(1, 'finetune', ?1, 'done', ?2, '{\"boolab\":\"0.1.0\",\"libtorch\":\"2.15.0\"}', ?3, "
                "'cpu', 'float32', ?4, 10000, 10000, ?5, ?5, ?6, ?6)",
                fmt::format("run number {}", run), jobOf(run).dump(), resultOf(run).dump(), run, 1.76e9 + run,
                1.76e9 + run + 3600));
            const RunId id = db.lastInsertId();
            need(db.run("INSERT INTO run_tags VALUES (?1, ?2)", id, run % 2 == 0 ? "even" : "odd"));
            insertPoints(db, insert, id, points);
        }
        need(transaction.commit());
        fmt::print(stderr, "\r{} of {} runs", run - 1, runs);
    }
    fmt::print(stderr, "\n");
    need(db.run("PRAGMA wal_checkpoint(TRUNCATE)"));
}

void time(const std::string& what, const std::function<std::size_t()>& work)
{
    std::vector<double> milliseconds;
    std::size_t count = 0;
    for (int i = 0; i < kRepeats; ++i) {
        const auto start = Clock::now();
        count = work();
        milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    std::ranges::sort(milliseconds);
    fmt::print("{:<46} {:>8.1f} ms  (worst {:.1f}; {})\n", what, milliseconds[kRepeats / 2],
               milliseconds.back(), count);
}

std::size_t filter(const ExperimentStore& store, const std::string& text)
{
    const auto query = need(RunQuery::parse(text));
    const auto runs = need(store.runs());
    const auto summaries = query.figures().empty() ? SummaryTable() : need(store.metricSummaries());
    const RunRelations relations(runs);
    std::size_t found = 0;
    for (const RunRecord& run : runs) {
        const auto curves = summaries.find(run.id);
        found += query.matches(run, curves == summaries.end() ? std::vector<MetricSummary>() : curves->second,
                               &relations);
    }
    return found;
}

std::size_t openRun(const ExperimentStore& store, RunId id)
{
    std::size_t points = 0;
    (void)need(store.run(id));
    for (const std::string& name : need(store.metricNames(id)))
        points += need(store.metrics(id, name)).size();
    (void)need(store.logs(id));
    (void)need(store.artifacts(id));
    return points;
}

} // namespace

int main(int count, char** arguments)
{
    if (count < 2) {
        fmt::print(stderr, "bench_store FILE [RUNS] [POINTS]\n");
        return 2;
    }
    const std::filesystem::path file = arguments[1];
    const int runs = count > 2 ? std::atoi(arguments[2]) : 5000;
    const int points = count > 3 ? std::atoi(arguments[3]) : 100'000;
    if (!std::filesystem::exists(file)) make(file, runs, points);

    time("open the database", [&] { return need(ExperimentStore::open(file)).path().string().size(); });
    auto store = need(ExperimentStore::open(file));
    fmt::print("{} bytes\n", std::filesystem::file_size(file));
    time("list all runs", [&] { return need(store.runs()).size(); });
    time("figures of all curves", [&] { return need(store.metricSummaries()).size(); });
    for (const char* query : {"method:gptq bits<2.6 ppl<40", "kernels<3 relative_error<1", "tag:even number",
                              "loss.min<2.5 metric_number_3>2"})
        time(fmt::format("list and filter by {}", query), [&] { return filter(store, query); });
    const auto all = need(store.runs());
    time("filter what is read", [&] {
        const auto query = need(RunQuery::parse("method:gptq bits<2.6 ppl<40"));
        const RunRelations relations(all);
        return static_cast<std::size_t>(std::ranges::count_if(
            all, [&](const RunRecord& run) { return query.matches(run, {}, &relations); }));
    });
    RunId id = 0;
    time("open a run with all its points", [&] { return openRun(store, all[(id++ * 997) % all.size()].id); });
}
