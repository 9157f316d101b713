// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_op_command.h"

#include "app/cli/bench_output.h"
#include "app/cli/output.h"
#include "core/engine/run_job.h"
#include "core/evaluate/bench_op.h"
#include "core/jobs/text_format.h"

#include <charconv>
#include <fmt/format.h>
#include <memory>

namespace boolab::cli
{

namespace
{

constexpr std::int64_t kLargestSide = 1 << 20;

struct Flags {
    CliFlags output;
    BenchOpConfig config;
    std::vector<std::string> shapes;
    int threads = 0;
};

std::optional<MatrixShape> shapeFrom(const std::string& text)
{
    MatrixShape shape;
    const char *begin = text.data(), *end = begin + text.size();
    const auto rows = std::from_chars(begin, end, shape.outFeatures);
    if (rows.ec != std::errc() || rows.ptr == end || *rows.ptr != 'x') return {};
    const auto columns = std::from_chars(rows.ptr + 1, end, shape.inFeatures);
    const auto fits = [](std::int64_t side) { return side >= 1 && side <= kLargestSide; };
    if (columns.ec != std::errc() || columns.ptr != end || !fits(shape.outFeatures) ||
        !fits(shape.inFeatures))
        return {};
    return shape;
}

std::string table(const nlohmann::json& result)
{
    const double memory = result["memory_bytes_per_second"],
                 alone = result["memory_bytes_per_second_one_thread"];
    const int all = result["threads"];
    std::vector<std::vector<std::string>> rows = {
        {"out x in", "K", "tokens", "ISA", "threads", "us", "Gw/s", "GB/s", "of memory", "dense f32 takes"}};
    for (const auto& one : result["figures"]) {
        const double seconds = one["seconds"], bytes = one["bytes_per_second"];
        const double dense = one.value("dense_seconds", 0.0);
        const bool isAlone = one["threads"] == 1 && all > 1;
        rows.push_back({fmt::format("{} x {}", one["out"].dump(), one["in"].dump()), one["kernels"].dump(),
                        one["tokens"].dump(), one.value("isa", ""), one["threads"].dump(),
                        fmt::format("{:.1f}", seconds * 1e6),
                        fmt::format("{:.1f}", one["weights_per_second"].get<double>() / 1e9),
                        fmt::format("{:.1f}", bytes / 1e9),
                        one.value("in_cache", false)
                            ? "in cache"
                            : fmt::format("{:.0f} %", 100 * bytes / (isAlone ? alone : memory)),
                        dense > 0 ? fmt::format("{:.1f}x", dense / seconds) : ""});
    }
    return textTable(rows) +
           fmt::format("Gw/s: 10^9 packed weights a second. Memory is read at {:.1f} GB/s by {} "
                       "threads, {:.1f} by one; a matrix that the cache can hold (up to {}) has no share of "
                       "that. Largest "
                       "error against float64: {:.1e} of the output's rms.\n",
                       memory / 1e9, all, alone / 1e9, formatBytes(result["cache_bytes"]),
                       result["error"].get<double>());
}

int run(Flags& flags)
{
    for (const std::string& text : flags.shapes) {
        const auto shape = shapeFrom(text);
        if (!shape)
            return report(
                {ErrorCode::Usage,
                 fmt::format("--shape is \"{}\", expected rows x columns of at most {}, such as 4096x4096",
                             text, kLargestSide),
                 {}},
                flags.output.json);
        flags.config.shapes.push_back(*shape);
    }
    if (auto ready = configureEngine("cpu", flags.threads); !ready)
        return report(ready.error(), flags.output.json);
    return benchAndPrint(
        flags.output, [&](JobObserver& observer) { return benchOp(flags.config, observer); }, table);
}

} // namespace

Command addBenchOp(CLI::App& bench)
{
    CLI::App* app = bench.add_subcommand("op", "A Boolean layer times a vector, straight from packed bits.");
    auto flags = std::make_shared<Flags>();
    app->add_option(
           "--shape", flags->shapes,
           "Rows x columns of a matrix; may be given again. Default: the layers of SmolLM2-135M, one matrix "
           "that fits the cache, one of 64 MiB.")
        ->option_text("OUTxIN");
    app->add_option("-k,--kernels", flags->config.kernels, "Boolean kernels per layer.")
        ->check(CLI::Range(1, 8))
        ->option_text("N [1]");
    app->add_option("--isa", flags->config.isas,
                    "Only this instruction set; may be given again. auto: the one that ops run on. Default: "
                    "all that this machine has.")
        ->option_text("NAME");
    app->add_option("--tokens", flags->config.tokens, "Vectors at once; may be given again.")
        ->check(CLI::Range(1, 4096))
        ->option_text("N [1]");
    app->add_option("--seconds", flags->config.seconds, "Measured per figure; the best call counts.")
        ->check(CLI::Range(0.001, 600.0))
        ->option_text("SECONDS [0.3]");
    addBenchFlags(*app, flags->threads, flags->output);
    return {app, [flags] { return run(*flags); }};
}

} // namespace boolab::cli
