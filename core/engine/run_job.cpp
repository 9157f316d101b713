// SPDX-License-Identifier: Apache-2.0
#include "core/engine/run_job.h"

#include "core/convert/convert.h"
#include "core/engine/torch_device.h"
#include "core/engine/torch_logits.h"
#include "core/evaluate/evaluate.h"
#include "core/evaluate/inspect_layer.h"
#include "core/export/export_model.h"
#include "core/finetune/finetune.h"
#include "core/generate/generate.h"
#include "core/jobs/guarded_run.h"
#include "core/jobs/inspect_job.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

namespace boolab
{

namespace
{

Result<nlohmann::json> dispatch(const Job& job, JobObserver& observer, const RankConfig* ranks)
{
    const auto warn = [&](const std::string& message) { observer.log("warning", message); };
    if (auto ready = openTorchDevice(job, warn); !ready) return std::unexpected(ready.error());
    switch (job.kind()) {
    case JobKind::Inspect:
        return job.has("layer") ? inspectLayer(job, observer) : inspectModel(job, observer);
    case JobKind::Convert:
        return convert(job, observer);
    case JobKind::Finetune:
        return finetune(job, observer, ranks);
    case JobKind::Evaluate:
        return evaluate(job, observer);
    case JobKind::Generate:
        return generate(job, observer, openNextLogits);
    case JobKind::Export:
        return exportModel(job, observer);
    case JobKind::Sweep:
        return fail(ErrorCode::Internal, "a sweep is played run by run, not as one job");
    }
    return fail(ErrorCode::Internal, "a job of a kind that the engine does not know");
}

bool isAllocationFailure(const std::string& what)
{
    return what.find("alloc") != std::string::npos || what.find("out of memory") != std::string::npos;
}

} // namespace

Result<nlohmann::json> runJob(const Job& job, JobObserver& observer, const RankConfig* ranks)
{
    return guardedRun(job, [&]() -> Result<nlohmann::json> {
        try {
            return dispatch(job, observer, ranks);
        } catch (const c10::Error& error) {
            const std::string what = error.what_without_backtrace();
            if (isAllocationFailure(what)) return std::unexpected(outOfMemory(job, what));
            return fail(ErrorCode::Internal,
                        fmt::format("LibTorch failed while running \"{}\": {}", job.spec().name, what),
                        "Please report this with the job file.");
        }
    });
}

Result<GenerateSession> openSession(const Job& job, const std::function<void(const std::string&)>& warn)
{
    if (auto ready = openTorchDevice(job, warn); !ready) return std::unexpected(ready.error());
    return GenerateSession::open(job, openNextLogits);
}

} // namespace boolab
