// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job_device.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

bool namesDevice(const Job& job)
{
    const std::string device = job.text("device");
    return !device.empty() && device != "cpu";
}

/// What of the job only the CPU does; empty where the device does it.
std::string cpuOnly(const Job& job)
{
    switch (job.kind()) {
    case JobKind::Convert:
        return job.text("method") == "gptq" ? "convert --method gptq" : "";
    case JobKind::Evaluate:
    case JobKind::Generate:
        if (job.text("runtime") == "packed" || job.text("runtime") == "float32")
            return job.spec().name + " --runtime " + job.text("runtime");
        return {};
    case JobKind::Finetune:
        return {};
    default:
        return job.spec().name;
    }
}

} // namespace

bool tensorsOnDevice(const Job& job)
{
    const bool byLibTorch =
        job.kind() == JobKind::Finetune || job.kind() == JobKind::Evaluate || job.kind() == JobKind::Generate;
    return namesDevice(job) && byLibTorch;
}

Status checkDevice(const Job& job)
{
    if (!namesDevice(job)) return {};
    const std::string only = cpuOnly(job);
    if (only.empty()) return {};
    return fail(
        ErrorCode::Usage, fmt::format("--device {}: {} computes on the CPU only", job.text("device"), only),
        "Use --device cpu. On CUDA devices run finetune, evaluate and generate by LibTorch, convert by svid, "
        "refined or calibrated, and bench convert.");
}

} // namespace boolab
