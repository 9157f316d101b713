// SPDX-License-Identifier: Apache-2.0
#include "core/engine/run_job.h"

#include "core/base/system_info.h"
#include "core/convert/convert.h"
#include "core/evaluate/evaluate.h"
#include "core/evaluate/inspect_layer.h"
#include "core/finetune/finetune.h"
#include "core/formats/model_files.h"
#include "core/generate/generate.h"
#include "core/jobs/inspect_model.h"
#include "core/jobs/memory_estimate.h"

#include <c10/util/Exception.h>
#include <chrono>
#include <fmt/format.h>
#include <new>

namespace boolab
{

namespace
{

Result<nlohmann::json> dispatch(const Job& job, JobObserver& observer, const RankConfig* ranks)
{
    switch (job.kind()) {
    case JobKind::Inspect:
        return job.has("layer") ? inspectLayer(job, observer) : inspectModel(job.text("model"));
    case JobKind::Convert:
        return convert(job, observer);
    case JobKind::Finetune:
        return finetune(job, observer, ranks);
    case JobKind::Evaluate:
        return evaluate(job, observer);
    case JobKind::Generate:
        return generate(job, observer);
    case JobKind::Sweep:
        return fail(ErrorCode::Internal, "a sweep is played run by run, not as one job");
    }
    return fail(ErrorCode::Internal, "a job of a kind that the engine does not know");
}

/// What was needed, as far as the model can be read, and what is there.
Error outOfMemory(const Job& job, const std::string& what)
{
    Error error{ErrorCode::OutOfMemory, fmt::format("Out of memory while running \"{}\"", job.spec().name),
                "Close other programs, or choose a smaller model, shorter sequences or a smaller batch."};
    const std::string model = job.kind() == JobKind::Finetune ? job.text("student") : job.text("model");
    if (auto files = ModelFiles::open(model)) {
        const double gib = 1024.0 * 1024.0 * 1024.0;
        error.message +=
            fmt::format(": about {:.1f} GiB are needed, {:.1f} GiB are available",
                        static_cast<double>(estimateMemory(files->config(), job).totalBytes()) / gib,
                        static_cast<double>(availableMemoryBytes()) / gib);
    }
    error.message += ". (" + what + ")";
    return error;
}

bool isAllocationFailure(const std::string& what)
{
    return what.find("alloc") != std::string::npos || what.find("out of memory") != std::string::npos;
}

} // namespace

Result<nlohmann::json> runJob(const Job& job, JobObserver& observer, const RankConfig* ranks)
{
    const auto start = std::chrono::steady_clock::now();
    try {
        auto result = dispatch(job, observer, ranks);
        if (result) {
            (*result)["seconds"] =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            (*result)["peak_memory_bytes"] = peakResidentMemoryBytes();
        }
        return result;
    } catch (const std::bad_alloc& error) {
        return std::unexpected(outOfMemory(job, error.what()));
    } catch (const c10::Error& error) {
        const std::string what = error.what_without_backtrace();
        if (isAllocationFailure(what)) return std::unexpected(outOfMemory(job, what));
        return fail(ErrorCode::Internal,
                    fmt::format("LibTorch failed while running \"{}\": {}", job.spec().name, what),
                    "Please report this with the job file.");
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, fmt::format("\"{}\" failed: {}", job.spec().name, error.what()),
                    "Please report this with the job file.");
    }
}

} // namespace boolab
