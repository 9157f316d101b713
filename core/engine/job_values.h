// SPDX-License-Identifier: Apache-2.0
// Small translations between job options, results and the engine's types.
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// "float32", "float16", "bfloat16" (the spec lets nothing else through).
DType dtypeFromName(const std::string& name);
/// output, file_bytes, bits_per_weight, bits_per_weight_all of a Boolean model folder just written.
Result<nlohmann::json> describeBooleanModel(const std::string& folder);

} // namespace boolab
