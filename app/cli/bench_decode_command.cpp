// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_decode_command.h"

#include "app/cli/bench_output.h"
#include "app/cli/output.h"
#include "core/base/system_info.h"
#include "core/engine/run_job.h"
#include "core/jobs/text_format.h"
#include "core/runtime/bench_decode.h"

#include <fmt/format.h>
#include <memory>

namespace boolab::cli
{

namespace
{

struct Flags {
    CliFlags output;
    BenchDecodeConfig config;
    std::string layers = "packed", embedding = "int8", cache = "float16";
    int threads = 0;
};

/// Where a step does not read all that is held.
std::string readText(const nlohmann::json& result)
{
    if (result["bytes_read_per_token"] == result["weight_bytes"]) return {};
    return fmt::format(" (read per step: {})", formatBytes(result["bytes_read_per_token"]));
}

std::string table(const nlohmann::json& result)
{
    const double memory = result["memory_bytes_per_second"];
    std::vector<std::vector<std::string>> rows = {
        {"sequences", "tokens/s", "ms per step", "GB/s of weights", "of memory"}};
    for (const auto& one : result["decode"]) {
        const double bytes = one["bytes_per_second"];
        rows.push_back({one["sequences"].dump(),
                        fmt::format("{:.1f}", one["tokens_per_second"].get<double>()),
                        fmt::format("{:.2f}", 1000 * one["seconds_per_step"].get<double>()),
                        fmt::format("{:.1f}", bytes / 1e9), fmt::format("{:.0f} %", 100 * bytes / memory)});
    }
    return textTable(rows) +
           fmt::format(
               "prompt of {} tokens: {:.0f} tokens/s; weights {}{}, memory read at {:.1f} GB/s; loaded in "
               "{:.0f} ms, first token after {:.0f} ms; {} resident; {} threads, {}\n",
               result["prompt_tokens"].dump(), result["prompt_tokens_per_second"].get<double>(),
               formatBytes(result["weight_bytes"]), readText(result), memory / 1e9,
               1000 * result["load_seconds"].get<double>(),
               1000 * result["first_token_seconds"].get<double>(), formatBytes(result["peak_resident_bytes"]),
               result["threads"].dump(), result.value("isa", ""));
}

int run(Flags& flags)
{
    if (auto ready = configureEngine("cpu", flags.threads); !ready)
        return report(ready.error(), flags.output.json);
    flags.config.options = {
        .layers = flags.layers == "packed" ? DecoderOptions::Layers::Packed : DecoderOptions::Layers::Float32,
        .embedding =
            flags.embedding == "int8" ? DecoderOptions::Embedding::Int8 : DecoderOptions::Embedding::AsStored,
        .cache = flags.cache == "float16" ? DecoderOptions::Cache::Float16 : DecoderOptions::Cache::Float32,
        .threads = flags.threads > 0 ? flags.threads : physicalThreads()};
    return benchAndPrint(
        flags.output, [&](JobObserver& observer) { return benchDecode(flags.config, observer); }, table);
}

} // namespace

Command addBenchDecode(CLI::App& bench)
{
    CLI::App* app = bench.add_subcommand("decode", "Generation by the decoder that runs from packed bits.");
    auto flags = std::make_shared<Flags>();
    BenchDecodeConfig& config = flags->config;
    app->add_option("model", config.model, "The model, dense or Boolean.")->required()->option_text("PATH");
    app->add_option("--layers", flags->layers, "packed, or float32 for dense layers.")
        ->check(CLI::IsMember({"packed", "float32"}))
        ->option_text("HOW [packed]");
    app->add_option("--embedding", flags->embedding, "int8, or as stored in the file.")
        ->check(CLI::IsMember({"int8", "stored"}))
        ->option_text("HOW [int8]");
    app->add_option("--kv-cache", flags->cache, "float16, or float32: keys and values in memory.")
        ->check(CLI::IsMember({"float16", "float32"}))
        ->option_text("HOW [float16]");
    app->add_option("--prompt-tokens", config.promptTokens, "Tokens read before those that are generated.")
        ->check(CLI::Range(1, 1048576))
        ->option_text("N [512]");
    app->add_option("-n,--new-tokens", config.newTokens, "Tokens generated per sequence.")
        ->check(CLI::Range(1, 1048576))
        ->option_text("N [64]");
    app->add_option("--sequences", config.sequences, "Generated together; may be given again.")
        ->check(CLI::Range(1, 4096))
        ->option_text("N [1]");
    app->add_option("--repeat", config.repeat, "The best of so many counts.")
        ->check(CLI::Range(1, 1000))
        ->option_text("N [3]");
    addBenchFlags(*app, flags->threads, flags->output);
    return {app, [flags] { return run(*flags); }};
}

} // namespace boolab::cli
