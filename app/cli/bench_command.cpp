// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_decode_command.h"
#include "app/cli/bench_deploy_command.h"
#include "app/cli/bench_finetune_command.h"
#include "app/cli/bench_machine_command.h"
#include "app/cli/bench_op_command.h"
#include "app/cli/bench_output.h"
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "core/engine/run_job.h"
#include "core/evaluate/bench_convert.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>
#include <memory>
#include <regex>

namespace boolab::cli
{

namespace
{

struct BenchFlags {
    CliFlags output;
    BenchConvertConfig config;
    int threads = 0;
};

std::string table(const nlohmann::json& result)
{
    std::vector<std::vector<std::string>> rows = {
        {"op", fmt::format("s per {} layers", result["layers"].dump()), "x svid", "error", "reference"}};
    for (const auto& op : result["ops"])
        rows.push_back({op.value("op", ""), fmt::format("{:.2f}", op["seconds"].get<double>()),
                        fmt::format("{:.1f}", op["ratio"].get<double>()),
                        fmt::format("{:.5f}", op["check"]["error"].get<double>()),
                        fmt::format("{:.5f}", op["check"]["reference_error"].get<double>())});
    return textTable(rows) + fmt::format("K = {}, {}, {} threads, {}, best of {}; errors on a small layer\n",
                                         result["kernels"].dump(), result.value("device", ""),
                                         result["threads"].dump(), result.value("isa", ""),
                                         result["repeat"].dump());
}

int benchConversion(const BenchFlags& flags)
{
    if (auto ready = configureEngine(flags.config.device, flags.threads); !ready)
        return report(ready.error(), flags.output.json);
    return benchAndPrint(
        flags.output, [&](JobObserver& observer) { return benchConvert(flags.config, observer); }, table);
}

} // namespace

Command addBench(CLI::App& root)
{
    CLI::App* app = root.add_subcommand("bench", "Measure how fast this machine computes.");
    app->require_subcommand(1);
    CLI::App* convert = app->add_subcommand("convert", "The ops of conversion over a model's linear layers.");
    auto flags = std::make_shared<BenchFlags>();
    convert
        ->add_option("model", flags->config.model,
                     "Weights to convert. Default: random ones in the shapes of SmolLM2-135M.")
        ->option_text("PATH");
    convert->add_option("-k,--kernels", flags->config.kernels, "Boolean kernels per layer.")
        ->check(CLI::Range(1, 8))
        ->option_text("N [3]");
    convert->add_option("--rounds", flags->config.rounds, "Alternations of signs and scales, at most.")
        ->check(CLI::Range(0, 1000))
        ->option_text("N [12]");
    convert->add_option("--repeat", flags->config.repeat, "The best of so many counts.")
        ->check(CLI::Range(1, 1000))
        ->option_text("N [3]");
    convert->add_option("--blocks", flags->config.blocks, "Blocks to measure, spread over the model.")
        ->check(CLI::Range(1, 100000))
        ->option_text("N [1]");
    convert
        ->add_option("--device", flags->config.device,
                     "Where to compute: cpu, cuda or cuda:N (svid, refined and calibrated).")
        ->check([](const std::string& device) {
            return std::regex_match(device, std::regex("cpu|cuda(:[0-9]+)?"))
                       ? std::string()
                       : fmt::format("\"{}\", expected cpu, cuda or cuda:N", device);
        })
        ->option_text("DEVICE [cpu]");
    addBenchFlags(*convert, flags->threads, flags->output);
    const std::vector<Command> others = {addBenchFinetune(*app), addBenchOp(*app), addBenchDecode(*app),
                                         addBenchDeploy(*app), addBenchMachine(*app)};
    return {app, [flags, others] {
                for (const Command& other : others)
                    if (other.app->parsed()) return other.run();
                return benchConversion(*flags);
            }};
}

} // namespace boolab::cli
