// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_machine_command.h"

#include "app/cli/job_arguments.h"
#include "app/cli/output.h"
#include "core/engine/describe_machine.h"
#include "core/engine/run_job.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>
#include <memory>

namespace boolab::cli
{

namespace
{

std::string list(const nlohmann::json& machine)
{
    std::string isas;
    for (const auto& isa : machine["isas"])
        isas += (isas.empty() ? "" : ", ") + isa.get<std::string>();
    std::string text = fmt::format(
        "processor        {}\nthreads          {}\ninstruction set  {} (of {})\nmemory           {}\n",
        machine.value("cpu", ""), machine["threads"].dump(), machine.value("isa", ""), isas,
        formatBytes(machine["memory_bytes"]));
    for (const auto& gpu : machine["gpus"])
        text += fmt::format("{:<15}  {}, {}, compute capability {}\n", gpu.value("device", ""),
                            gpu.value("name", ""), formatBytes(gpu["memory_bytes"]),
                            gpu.value("compute_capability", ""));
    if (machine.contains("gpu_problem"))
        text += fmt::format("GPU              none used: {}\n", machine.value("gpu_problem", ""));
    return text;
}

int run(const CliFlags& flags)
{
    if (auto ready = configureEngine("cpu", 0); !ready) return report(ready.error(), flags.json);
    const auto machine = describeMachine();
    if (!machine) return report(machine.error(), flags.json);
    flags.json ? printJson(*machine) : printText(list(*machine));
    return 0;
}

} // namespace

Command addBenchMachine(CLI::App& bench)
{
    CLI::App* app = bench.add_subcommand(
        "machine", "Nothing is measured: the processor, its instruction sets, memory and GPUs.");
    auto flags = std::make_shared<CliFlags>();
    addOutputFlags(*app, *flags);
    return {app, [flags] { return run(*flags); }};
}

} // namespace boolab::cli
