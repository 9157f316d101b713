// SPDX-License-Identifier: Apache-2.0
#include "core/base/disk_room.h"
#include "core/base/system_info.h"
#include "core/jobs/job_device.h"
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
constexpr std::int64_t kCachedTokens = 64; // what the option's help recommends

std::string largestParts(MemoryEstimate estimate)
{
    std::ranges::sort(estimate.parts, std::greater{}, &MemoryEstimate::Part::bytes);
    std::vector<std::string> texts;
    for (const auto& part : estimate.parts)
        if (texts.size() < 3) texts.push_back(fmt::format("{} {}", part.name, formatBytes(part.bytes)));
    return fmt::format("{}", fmt::join(texts, ", "));
}

/// Milder values of one option, from the least change to the most.
struct Relief {
    std::string key;
    std::vector<nlohmann::json> values;
};

std::vector<nlohmann::json> halvings(std::int64_t from, std::int64_t smallest)
{
    std::vector<nlohmann::json> values;
    while (from > smallest)
        values.push_back(from = std::max(from / 2, smallest));
    return values;
}

/// What can be changed about a job to save memory, the least harmful first.
std::vector<Relief> reliefs(const Job& job)
{
    std::vector<Relief> list;
    const auto add = [&](const char* key, std::vector<nlohmann::json> values) {
        if (job.spec().find(key) != nullptr && !values.empty()) list.push_back({key, std::move(values)});
    };
    if (!job.on("activation_checkpointing")) add("activation_checkpointing", {true});
    add("batch_size", halvings(job.integer("batch_size"), 1));
    if (job.text("data") == "self") add("self_batch", halvings(job.integer("self_batch"), 1));
    if (job.integer("teacher_cache") == 0) add("teacher_cache", {kCachedTokens});
    if (job.kind() != JobKind::Evaluate) add("seq_len", halvings(job.integer("seq_len"), kSmallestSequence));
    add("dtype", {"bfloat16"});
    if (job.text("train") != "scales") add("train", {"scales"});
    std::vector<nlohmann::json> fewer;
    for (std::int64_t kernels = job.integer("kernels") - 1; kernels > 0; --kernels)
        fewer.push_back(kernels);
    add("kernels", fewer);
    return list;
}

std::string asFlag(const Job& job, const std::string& key, const nlohmann::json& value)
{
    const std::string flag = job.spec().find(key) ? job.spec().find(key)->flag : key;
    if (value.is_boolean()) return flag;
    return flag + " " + (value.is_string() ? value.get<std::string>() : value.dump());
}

/// The options that alone make the job fit, each with the estimate that it leads to; where none does, the
/// shortest list of them together. Empty where nothing helps.
std::string whatWouldFit(const Job& job, const ModelConfig& config, std::int64_t available)
{
    const auto bytesWith = [&](const Job& changed) { return estimateMemory(config, changed).totalBytes(); };
    std::vector<std::string> single, together;
    Job all = job;
    std::int64_t before = bytesWith(job);
    for (const Relief& relief : reliefs(job)) {
        for (const nlohmann::json& value : relief.values) {
            Job one = job;
            if (!one.set(relief.key, value) || bytesWith(one) > available) continue;
            single.push_back(
                fmt::format("{} ({})", asFlag(job, relief.key, value), formatBytes(bytesWith(one))));
            break;
        }
        if (before <= available) continue;
        std::string last;
        for (const nlohmann::json& value : relief.values) {
            if (before <= available) break;
            Job more = all;
            if (!more.set(relief.key, value) || bytesWith(more) >= before) continue;
            all = more;
            before = bytesWith(all);
            last = asFlag(job, relief.key, value);
        }
        if (!last.empty()) together.push_back(last);
    }
    if (!single.empty()) return fmt::format("{}", fmt::join(single, ", or "));
    if (before > available) return {};
    return fmt::format("{} ({})", fmt::join(together, " "), formatBytes(before));
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
    if (auto kept = checkKeepsFiles(job.text("output")); !kept) return kept;
    return fail(ErrorCode::OutOfDisk,
                fmt::format("{}: {} needs about {} of disk, {} are free", job.text("output"), job.spec().name,
                            formatBytes(needed), formatBytes(available)),
                "Free some space, or write to another disk with --output. --force starts all the same.");
}

} // namespace

Resources availableResources(const Job& job)
{
    const std::string output = job.text("output");
    return {tensorsOnDevice(job) ? -1 : availableMemoryBytes(), output.empty() ? -1 : freeDiskBytes(output)};
}

Status checkResources(const Job& job, const ModelConfig& config, const Resources& resources)
{
    if (job.on("force")) return {};
    if (auto memory = checkMemory(job, config, resources.memoryBytes); !memory) return memory;
    return checkDisk(job, config, resources.diskBytes);
}

} // namespace boolab
