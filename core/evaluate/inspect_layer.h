// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// An inspect job that names a layer: inspectionJson(), with an original also weight_error, and the probe
/// (probeLayer()) unless it is "none" or the layer is dense.
Result<nlohmann::json> inspectLayer(const Job& job, JobObserver& observer);

} // namespace boolab
