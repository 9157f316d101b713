// SPDX-License-Identifier: Apache-2.0
// What can be changed of a run while it goes on: the `live` options of its kind of job.
#pragma once

#include "core/jobs/job_spec.h"
#include "core/store/records.h"

namespace boolab
{

/// Of the jobs called `kind` ("finetune"); empty where there are none.
std::vector<const OptionSpec*> liveOptions(const std::string& kind);
/// Those of them that `run`'s job reads: which ones depends on its other options.
std::vector<const OptionSpec*> liveOptions(const RunRecord& run);
/// One of those by its key, or why there is none, with what there is.
Result<const OptionSpec*> liveOption(const RunRecord& run, const std::string& key);
/// `value` as the engine takes it, or why it cannot be.
Result<nlohmann::json> checkLiveValue(const RunRecord& run, const std::string& key,
                                      const nlohmann::json& value);

} // namespace boolab
