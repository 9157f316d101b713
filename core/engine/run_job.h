// SPDX-License-Identifier: Apache-2.0
// The engine's border: jobs in, results or errors out; no exception and no torch type crosses it.
#pragma once

#include "core/base/error.h"
#include "core/cluster/rank_config.h"
#include "core/generate/session.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <functional>
#include <nlohmann/json.hpp>

namespace boolab
{

/// Runs a job to its end, in the calling thread. The result is what `--json` prints, without run_id. A stop
/// asked for by the observer returns ErrorCode::Stopped after the checkpoint is written. Exceptions from
/// LibTorch (out of memory, say) become errors with what was needed and what would fit. `ranks`: the place of
/// this process among several that finetune together; null where it is alone.
Result<nlohmann::json> runJob(const Job& job, JobObserver& observer, const RankConfig* ranks = nullptr);

/// A loaded model that answers prompts one after another, as a generate job asks. `warn` is told what serves
/// in place of what was asked for.
Result<GenerateSession> openSession(const Job& job, const std::function<void(const std::string&)>& warn);

/// Sets threads and device once per process (--threads, --device); Unsupported where the device is not there.
Status configureEngine(const std::string& device, int threads);

/// Memory of the CUDA device that holds the job's tensors; nothing where that is the host's, or the device is
/// not there.
std::optional<std::int64_t> deviceMemoryBytes(const Job& job);

/// "2.15.0".
std::string libtorchVersion();

} // namespace boolab
