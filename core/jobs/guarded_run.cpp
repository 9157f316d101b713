// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/guarded_run.h"

#include "core/base/system_info.h"
#include "core/formats/model_files.h"
#include "core/jobs/memory_estimate.h"

#include <chrono>
#include <fmt/format.h>
#include <new>

namespace boolab
{

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

Result<nlohmann::json> guardedRun(const Job& job, const std::function<Result<nlohmann::json>()>& body)
{
    const auto start = std::chrono::steady_clock::now();
    try {
        auto result = body();
        if (result) {
            (*result)["seconds"] =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            (*result)["peak_memory_bytes"] = peakResidentMemoryBytes();
        }
        return result;
    } catch (const std::bad_alloc& error) {
        return std::unexpected(outOfMemory(job, error.what()));
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, fmt::format("\"{}\" failed: {}", job.spec().name, error.what()),
                    "Please report this with the job file.");
    }
}

} // namespace boolab
