// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/bench_finetune.h"

#include "core/base/child_process.h"
#include "core/finetune/pytorch_variant.h"
#include "core/finetune/step_arithmetic.h"
#include "core/formats/model_files.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace boolab
{

namespace
{

// Two implementations of the same sums, in the precision of the computation.
constexpr double kTolerance = 2e-3, kNarrowTolerance = 5e-2;

struct Variant {
    std::string name;
    std::vector<std::string> command;
};

std::vector<std::string> ownCommand(const BenchFinetuneConfig& config, const std::string& rule)
{
    std::vector<std::string> command = {thisProgram().string(),
                                        "bench",
                                        "finetune",
                                        config.student,
                                        "--teacher",
                                        config.teacher,
                                        "--data",
                                        config.data,
                                        "--seq-len",
                                        std::to_string(config.sequenceLength),
                                        "--batch-size",
                                        std::to_string(config.batch),
                                        "--steps",
                                        std::to_string(config.steps),
                                        "--dtype",
                                        config.dtype,
                                        "--threads",
                                        std::to_string(config.threads),
                                        "--only",
                                        rule,
                                        "--json"};
    if (config.checkpointing) command.push_back("--activation-checkpointing");
    return command;
}

std::string lastLine(const std::string& text)
{
    const std::size_t end = text.find_last_not_of(" \n");
    if (end == std::string::npos) return "it said nothing";
    const std::size_t start = text.rfind('\n', end);
    return text.substr(start == std::string::npos ? 0 : start + 1,
                       end - (start == std::string::npos ? -1 : start));
}

Result<nlohmann::json> runVariant(const Variant& variant)
{
    auto output = runChild(variant.command);
    if (!output) return std::unexpected(output.error());
    auto json = nlohmann::json::parse(output->out, nullptr, /*allow_exceptions=*/false);
    if (output->exitCode == 0 && json.is_object() && json.contains("seconds")) return json;
    return fail(ErrorCode::Internal, fmt::format("the variant {} ended with code {}: {}", variant.name,
                                                 output->exitCode, lastLine(output->err)));
}

/// Time: the best of all rounds. Memory: the most.
void mergeRound(nlohmann::json& all, const nlohmann::json& round)
{
    if (all.is_null()) {
        all = round;
        return;
    }
    for (const char* time : {"seconds", "cpu_seconds"})
        all[time] = std::min(all[time].get<double>(), round[time].get<double>());
    all["peak_memory_bytes"] = std::max(all["peak_memory_bytes"].get<std::int64_t>(),
                                        round["peak_memory_bytes"].get<std::int64_t>());
    if (all.contains("gemm_flops"))
        for (const char* dtype : {"float32", "bfloat16"})
            all["gemm_flops"][dtype] =
                std::max(all["gemm_flops"][dtype].get<double>(), round["gemm_flops"][dtype].get<double>());
}

Status checkLosses(const std::string& name, const nlohmann::json& expected, const nlohmann::json& got)
{
    const double tolerance = expected.value("dtype", "") == "float32" ? kTolerance : kNarrowTolerance;
    for (const char* loss : {"loss_kl", "loss_hidden"}) {
        const double a = expected[loss].get<double>(), b = got[loss].get<double>();
        if (!(std::abs(a - b) <= tolerance * std::abs(a) + 1e-6))
            return fail(
                ErrorCode::Internal,
                fmt::format("{} of the first step is {:.6g} for native and {:.6g} for {}", loss, a, b, name),
                "The variants do not compute the same, so their times are not compared.");
    }
    return {};
}

} // namespace

Result<nlohmann::json> benchFinetune(const BenchFinetuneConfig& config, JobObserver& observer)
{
    auto files = ModelFiles::open(config.student);
    if (!files) return std::unexpected(files.error());
    std::vector<Variant> variants = {{"native", ownCommand(config, "noise")},
                                     {"latent", ownCommand(config, "latent")}};
    std::optional<PytorchVariant> pytorch;
    std::map<std::string, nlohmann::json> measured;
    nlohmann::json skipped = nlohmann::json::object();
    if (config.python.empty()) skipped["pytorch"] = "no interpreter was named with --python";

    observer.phase("measuring", "processes");
    const std::int64_t all = config.rounds * (config.python.empty() ? 2 : 3);
    std::int64_t done = 0;
    for (int round = 0; round < config.rounds; ++round)
        for (std::size_t i = 0; i < variants.size(); ++i) {
            if (observer.command() == JobObserver::Command::Stop)
                return fail(ErrorCode::Stopped, "Stopped while measuring.");
            const Variant& variant = variants[i];
            auto result = runVariant(variant);
            if (!result) return std::unexpected(result.error());
            if (auto agrees =
                    checkLosses(variant.name, round + i == 0 ? *result : measured["native"], *result);
                !agrees)
                return std::unexpected(agrees.error());
            mergeRound(measured[variant.name], *result);
            observer.progress(++done, all);
            if (round + i > 0 || config.python.empty()) continue;
            // Now the dtype and the threads that native computes with are known.
            auto made = PytorchVariant::create(config);
            if (!made) return std::unexpected(made.error());
            pytorch.emplace(std::move(*made));
            variants.push_back({"pytorch", pytorch->command((*result)["dtype"], (*result)["threads"])});
        }

    const std::int64_t tokens = config.batch * config.sequenceLength;
    const double arithmetic = stepArithmetic(files->config(), tokens, config.sequenceLength);
    const nlohmann::json native = measured["native"];
    nlohmann::json list = nlohmann::json::array();
    for (const Variant& variant : variants) {
        const nlohmann::json& one = measured[variant.name];
        const double seconds = one["seconds"];
        nlohmann::json row = one;
        for (const char* shared : {"gemm_flops", "dtype", "threads"})
            row.erase(shared);
        row["name"] = variant.name;
        row["tokens_per_second"] = static_cast<double>(tokens) / seconds;
        row["flops"] = arithmetic / seconds;
        row["beyond_teacher_bytes"] =
            one["peak_memory_bytes"].get<std::int64_t>() - one["teacher_bytes"].get<std::int64_t>();
        list.push_back(std::move(row));
    }
    return nlohmann::json{{"variants", list},
                          {"skipped", skipped},
                          {"step_flops", arithmetic},
                          {"gemm_flops", native["gemm_flops"]},
                          {"dtype", native["dtype"]},
                          {"threads", native["threads"]},
                          {"seq_len", config.sequenceLength},
                          {"batch_size", config.batch},
                          {"activation_checkpointing", config.checkpointing},
                          {"steps", config.steps},
                          {"rounds", config.rounds}};
}

} // namespace boolab
