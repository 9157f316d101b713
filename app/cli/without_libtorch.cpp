// SPDX-License-Identifier: Apache-2.0
// What makes boolab-cli of the commands: the engine's border (core/engine/run_job.h and the benches) without
// LibTorch. Jobs that need none run here, all others in boolab-engine.
#include "app/cli/engine_process.h"
#include "core/base/child_process.h"
#include "core/base/instruction_set.h"
#include "core/engine/describe_machine.h"
#include "core/engine/run_job.h"
#include "core/evaluate/bench_convert.h"
#include "core/evaluate/bench_op.h"
#include "core/export/export_model.h"
#include "core/finetune/bench_finetune.h"
#include "core/generate/generate.h"
#include "core/jobs/guarded_run.h"
#include "core/jobs/inspect_job.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace boolab
{

namespace
{

/// This process's arguments, argv[0] first.
std::vector<std::string> commandLine()
{
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::vector<std::string> arguments;
    for (std::string one; std::getline(file, one, '\0');)
        arguments.push_back(one);
    return arguments;
}

/// Hands a job or a bench over; what it returns is why that was not possible.
Result<nlohmann::json> inTheEngine()
{
    auto handedOver = cli::continueWithLibTorch();
    if (!handedOver) return std::unexpected(handedOver.error());
    return fail(ErrorCode::Internal, "boolab-engine was not started");
}

} // namespace

Status cli::continueWithLibTorch()
{
    const std::filesystem::path engine = thisProgram().parent_path() / "boolab-engine";
    std::vector<std::string> arguments = commandLine();
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    execv(engine.c_str(), pointers.data());
    return fail(ErrorCode::Internal,
                fmt::format("{}: cannot be started: {}", engine.string(), std::strerror(errno)),
                "It belongs beside boolab-cli and runs what needs "
                "LibTorch: build or install Boolab again.");
}

Result<nlohmann::json> runJob(const Job& job, JobObserver& observer, const RankConfig* /*ranks*/)
{
    if (cli::needsLibTorch(job)) return inTheEngine();
    return guardedRun(job, [&] {
        if (job.kind() == JobKind::Generate) return generate(job, observer, openDecoderLogits);
        if (job.kind() == JobKind::Export) return exportModel(job, observer);
        return inspectModel(job, observer);
    });
}

Result<GenerateSession> openSession(const Job& job, const std::function<void(const std::string&)>& /*warn*/)
{
    return GenerateSession::open(job, openDecoderLogits);
}

Status configureEngine(const std::string& /*device*/, int /*threads*/)
{
    return chooseInstructionSet();
}

std::optional<std::int64_t> deviceMemoryBytes(const Job& /*job*/)
{
    return std::nullopt;
}

std::string libtorchVersion()
{
    return BOOLAB_LIBTORCH_VERSION;
}

Result<nlohmann::json> describeMachine()
{
    return inTheEngine();
}

Result<nlohmann::json> benchConvert(const BenchConvertConfig& /*config*/, JobObserver& /*observer*/)
{
    return inTheEngine();
}

Result<nlohmann::json> benchOp(const BenchOpConfig& /*config*/, JobObserver& /*observer*/)
{
    return inTheEngine();
}

Result<nlohmann::json> benchFinetune(const BenchFinetuneConfig& /*config*/, JobObserver& /*observer*/)
{
    return inTheEngine();
}

Result<nlohmann::json> measureTraining(const BenchFinetuneConfig& /*config*/, const std::string& /*rule*/,
                                       JobObserver& /*observer*/)
{
    return inTheEngine();
}

} // namespace boolab
