// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_finetune_command.h"

#include "app/cli/bench_output.h"
#include "app/cli/output.h"
#include "core/engine/run_job.h"
#include "core/finetune/bench_finetune.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>
#include <memory>

namespace boolab::cli
{

namespace
{

struct Flags {
    CliFlags output;
    BenchFinetuneConfig config;
    std::string only; ///< a rule: measure it in this process
};

std::string table(const nlohmann::json& result)
{
    const double gemm = result["gemm_flops"]["bfloat16"], wide = result["gemm_flops"]["float32"];
    const double native = result["variants"][0]["tokens_per_second"];
    std::vector<std::vector<std::string>> rows = {{"variant", "tokens/s", "native is", "CPU s/step",
                                                   "peak memory", "beyond the teacher", "GFLOP/s",
                                                   "of bf16 GEMM", "of f32 GEMM", "loss (KL)"}};
    for (const auto& one : result["variants"]) {
        const double rate = one["tokens_per_second"], flops = one["flops"];
        rows.push_back(
            {one.value("name", ""), fmt::format("{:.1f}", rate), fmt::format("{:.2f}x", native / rate),
             fmt::format("{:.2f}", one["cpu_seconds"].get<double>()), formatBytes(one["peak_memory_bytes"]),
             formatBytes(one["beyond_teacher_bytes"]), fmt::format("{:.0f}", flops / 1e9),
             fmt::format("{:.0f} %", 100 * flops / gemm), fmt::format("{:.0f} %", 100 * flops / wide),
             fmt::format("{:.4f}", one["loss_kl"].get<double>())});
    }
    std::string text = textTable(rows);
    for (const auto& [name, reason] : result["skipped"].items())
        text += fmt::format("{} was skipped: {}\n", name, reason.get<std::string>());
    return text + fmt::format("{} sequences of {} tokens, {}, {} threads{}; GEMM of 2048: {:.0f} GFLOP/s in "
                              "bfloat16, {:.0f} in float32; a step is {:.0f} GFLOP; best of {} x {} steps\n",
                              result["batch_size"].dump(), result["seq_len"].dump(),
                              result.value("dtype", ""), result["threads"].dump(),
                              result["activation_checkpointing"] ? ", activation checkpointing" : "",
                              gemm / 1e9, wide / 1e9, result["step_flops"].get<double>() / 1e9,
                              result["rounds"].dump(), result["steps"].dump());
}

int run(const Flags& flags)
{
    if (auto ready = configureEngine("cpu", flags.config.threads); !ready)
        return report(ready.error(), flags.output.json);
    CliFlags output = flags.output;
    output.json |= !flags.only.empty();
    return benchAndPrint(
        output,
        [&](JobObserver& observer) {
            return flags.only.empty() ? benchFinetune(flags.config, observer)
                                      : measureTraining(flags.config, flags.only, observer);
        },
        table);
}

void addOptions(CLI::App& app, Flags& flags)
{
    BenchFinetuneConfig& config = flags.config;
    app.add_option("student", config.student, "The Boolean model folder to train.")
        ->required()
        ->option_text("PATH");
    app.add_option("--teacher", config.teacher, "The full-precision model.")->required()->option_text("PATH");
    app.add_option("--data", config.data, "A .txt or .jsonl file.")->required()->option_text("PATH");
    app.add_option("-c,--seq-len", config.sequenceLength, "Tokens per sequence.")
        ->check(CLI::Range(8, 1048576))
        ->option_text("N [512]");
    app.add_option("-b,--batch-size", config.batch, "Sequences at once.")
        ->check(CLI::Range(1, 65536))
        ->option_text("N [1]");
    app.add_option("--steps", config.steps, "Steps timed per process; the best counts.")
        ->check(CLI::Range(1, 1000))
        ->option_text("N [3]");
    app.add_option("--rounds", config.rounds, "Processes per variant, in turn.")
        ->check(CLI::Range(1, 100))
        ->option_text("N [2]");
    app.add_option("--dtype", config.dtype, "auto, float32 or bfloat16.")
        ->check(CLI::IsMember({"auto", "float32", "bfloat16"}))
        ->option_text("DTYPE [auto]");
    app.add_flag("--activation-checkpointing", config.checkpointing,
                 "Boolab's variants compute activations again in the backward pass.");
    app.add_option("--python", config.python,
                   "A Python with torch, transformers and safetensors: its step is measured too.")
        ->option_text("PATH");
    app.add_option("--only", flags.only, "Measure one rule in this process and print its figures.")
        ->check(CLI::IsMember({"noise", "bold", "latent"}))
        ->option_text("RULE");
    addBenchFlags(app, config.threads, flags.output);
}

} // namespace

Command addBenchFinetune(CLI::App& bench)
{
    CLI::App* app =
        bench.add_subcommand("finetune", "The training step: natively, with latent weights, and in PyTorch.");
    auto flags = std::make_shared<Flags>();
    addOptions(*app, *flags);
    return {app, [flags] { return run(*flags); }};
}

} // namespace boolab::cli
