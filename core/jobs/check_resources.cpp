// SPDX-License-Identifier: Apache-2.0
#include "core/base/system_info.h"
#include "core/jobs/memory_estimate.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>

namespace boolab
{

namespace
{

constexpr std::int64_t kSmallestSequence = 64;

std::string largestParts(MemoryEstimate estimate)
{
    std::ranges::sort(estimate.parts, std::greater{}, &MemoryEstimate::Part::bytes);
    std::vector<std::string> texts;
    for (const auto& part : estimate.parts)
        if (texts.size() < 3) texts.push_back(fmt::format("{} {}", part.name, formatBytes(part.bytes)));
    return fmt::format("{}", fmt::join(texts, ", "));
}

/// The first set of milder options, from the least harmful to the most, with which the job fits; empty if
/// none does.
std::string whatWouldFit(Job job, const ModelConfig& config, std::int64_t available)
{
    std::vector<std::string> flags;
    const auto lower = [&](const std::string& key, const nlohmann::json& value) {
        const Job before = job;
        if (job.spec().find(key) == nullptr || !job.set(key, value) || job == before) return false;
        const std::string flag = job.spec().find(key)->flag;
        std::erase_if(flags, [&](const std::string& text) { return text.starts_with(flag + " "); });
        flags.push_back(
            fmt::format("{} {}", flag, value.is_string() ? value.get<std::string>() : value.dump()));
        return estimateMemory(config, job).totalBytes() <= available;
    };
    const auto answer = [&] { return fmt::format("{}", fmt::join(flags, " ")); };
    while (job.integer("batch_size") > 1)
        if (lower("batch_size", job.integer("batch_size") / 2)) return answer();
    if (job.integer("self_batch") > 1 && job.text("data") == "self" && lower("self_batch", 1))
        return answer();
    if (lower("dtype", "bfloat16")) return answer();
    while (job.integer("seq_len") > kSmallestSequence && job.kind() != JobKind::Evaluate)
        if (lower("seq_len", std::max(job.integer("seq_len") / 2, kSmallestSequence))) return answer();
    if (job.integer("grad_accum") > 1 && lower("grad_accum", 1)) return answer();
    if (job.kind() == JobKind::Finetune && lower("train", "scales")) return answer();
    while (job.integer("kernels") > 1)
        if (lower("kernels", job.integer("kernels") - 1)) return answer();
    return {};
}

Status checkMemory(const Job& job, const ModelConfig& config, std::int64_t available)
{
    const MemoryEstimate estimate = estimateMemory(config, job);
    const std::int64_t needed = estimate.totalBytes();
    if (available < 0 || needed <= available) return {};
    const std::string fit = whatWouldFit(job, config, available);
    return fail(
        ErrorCode::OutOfMemory,
        fmt::format("{} needs about {} of memory ({}), {} are available", job.spec().name,
                    formatBytes(needed), largestParts(estimate), formatBytes(available)),
        fit.empty()
            ? "Close other programs, take a smaller model or a larger machine; --force starts all the same."
            : fmt::format("This would fit: {}. --force starts all the same.", fit));
}

Status checkDisk(const Job& job, const ModelConfig& config, std::int64_t available)
{
    const std::int64_t needed = estimateMemory(config, job).diskBytes;
    if (available < 0 || needed <= available) return {};
    return fail(ErrorCode::OutOfDisk,
                fmt::format("{}: {} needs about {} of disk, {} are free", job.text("output"), job.spec().name,
                            formatBytes(needed), formatBytes(available)),
                "Free some space, or write to another disk with --output. --force starts all the same.");
}

} // namespace

Resources availableResources(const Job& job)
{
    const std::string output = job.text("output");
    return {availableMemoryBytes(), output.empty() ? -1 : freeDiskBytes(output)};
}

Status checkResources(const Job& job, const ModelConfig& config, const Resources& resources)
{
    if (job.on("force")) return {};
    if (auto memory = checkMemory(job, config, resources.memoryBytes); !memory) return memory;
    return checkDisk(job, config, resources.diskBytes);
}

Status checkResources(const Job& job, const ModelConfig& config)
{
    return checkResources(job, config, availableResources(job));
}

} // namespace boolab
