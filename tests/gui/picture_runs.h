// SPDX-License-Identifier: Apache-2.0
// Runs that look like real ones, the same in every database: for pictures of the window.
#pragma once

#include "core/store/run_recorder.h"
#include "core/store/sqlite.h"

#include <cmath>
#include <fmt/format.h>

namespace boolab::ui::test
{

inline RunRecorder beginRun(const std::filesystem::path& database, const nlohmann::json& job)
{
    NewRun run;
    run.project = "smollm2-135m";
    run.kind = job.at("kind");
    run.name = job.at("name");
    run.job = job;
    auto recorder = RunRecorder::begin(database, run);
    if (!recorder) qFatal("%s", recorder.error().text().c_str());
    return std::move(*recorder);
}

inline void endRun(RunRecorder& run, const nlohmann::json& result)
{
    if (const auto ended = run.end(RunState::Done, {}, result); !ended)
        qFatal("%s", ended.error().text().c_str());
}

/// Loss and flips of a finetuning that goes well; `quality` tells runs apart.
inline void writeTraining(RunRecorder& run, std::int64_t steps, double quality)
{
    std::vector<std::string> layers;
    for (int block = 0; block < 6; ++block)
        for (const char* part : {"self_attn.q_proj", "self_attn.o_proj", "mlp.up_proj", "mlp.down_proj"})
            layers.push_back(fmt::format("model.layers.{}.{}", block, part));
    run.layers(layers);
    run.layerStats(0, "kernel_count", std::vector<float>(layers.size(), 2));
    for (std::int64_t step = 1; step <= steps; ++step) {
        const double t = static_cast<double>(step), wave = std::sin(t * 1.7) * std::cos(t * 0.37);
        const double kl = quality + 0.9 * std::exp(-t / 60) + 0.06 * wave;
        run.metric(step, "loss", kl + 0.05);
        run.metric(step, "loss_kl", kl);
        run.metric(step, "flip_rate", 1e-4 * std::exp(-t / 90) * (1 + 0.3 * wave));
        run.metric(step, "tokens_per_second", 240 + 20 * wave);
        run.metric(step, "learning_rate",
                   1e-3 * 0.5 * (1 + std::cos(t / static_cast<double>(steps) * 3.14159)));
        if (step % 20 == 0) run.metric(step, "held_out_perplexity", 60 * (quality + std::exp(-t / 60)));
        std::vector<float> flips;
        for (std::size_t i = 0; i < layers.size(); ++i)
            flips.push_back(static_cast<float>(50 * std::exp(-t / 90) * static_cast<double>(1 + i % 5)));
        if (step % 5 == 0) run.layerStats(step, "flips", std::move(flips));
    }
    run.progress(steps, steps);
}

/// A conversion, two finetunings and an evaluation, at fixed times.
inline void writePictureRuns(const std::filesystem::path& database)
{
    const nlohmann::json size = {
        {"bits_per_weight", 2.09}, {"bits_per_weight_all", 5.03}, {"file_bytes", 84'500'000}};
    const auto with = [&](nlohmann::json more) {
        more.update(size);
        return more;
    };
    auto converted = beginRun(database, {{"kind", "convert"},
                                         {"name", "two kernels"},
                                         {"model", "SmolLM2.gguf"},
                                         {"output", "k2"},
                                         {"method", "gptq"},
                                         {"kernels", 2}});
    converted.progress(210, 210);
    endRun(converted, with({{"output", "k2"}, {"relative_error", 0.0386}}));
    int number = 0;
    for (const auto& [name, train, quality] :
         {std::tuple{"scales only", "scales", 0.62}, std::tuple{"last kernel", "last", 0.55}}) {
        auto tuned = beginRun(database, {{"kind", "finetune"},
                                         {"name", name},
                                         {"student", "k2"},
                                         {"teacher", "SmolLM2.gguf"},
                                         {"data", "text.txt"},
                                         {"output", fmt::format("tuned{}", ++number)},
                                         {"train", train},
                                         {"steps", 200}});
        writeTraining(tuned, 200, quality);
        tuned.sample(
            200, {.prompt = "The capital of France is", .teacher = " Paris.", .student = " Paris, the city"});
        endRun(tuned, with({{"output", fmt::format("tuned{}", number)},
                            {"loss", quality},
                            {"steps", 200},
                            {"held_out_perplexity", 60 * quality}}));
        auto measured = beginRun(database, {{"kind", "evaluate"},
                                            {"name", fmt::format("{}, measured", name)},
                                            {"model", fmt::format("tuned{}", number)},
                                            {"perplexity", "test.txt"}});
        measured.progress(8, 8);
        endRun(measured, with({{"perplexity", 70 * quality},
                               {"nll", std::log(70 * quality)},
                               {"tokens", 16384},
                               {"windows", 8},
                               {"max_kernels", 2},
                               {"protocol", "gptq-2048: no BOS, non-overlapping windows, tail dropped"}}));
    }
    auto connection = sqlite::Connection::open(database, std::chrono::seconds(5));
    if (!connection) qFatal("%s", connection.error().text().c_str());
    const auto fixed =
        connection->run("UPDATE runs SET created_at = 1750000000 + 3600 * id, started_at = 1750000002 + 3600 "
                        "* id, heartbeat_at = 1750001800 + 3600 * id, ended_at = 1750001800 + 3600 * id, "
                        "host = 'workstation', pid = 4711, seconds_before = 0");
    if (!fixed) qFatal("%s", fixed.error().text().c_str());
}

} // namespace boolab::ui::test
