// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// What this machine computes with: {"cpu", "threads", "isa": the instruction set in use, "isas": all that
/// could be, best first, "memory_bytes", "available_memory_bytes" (-1: not known), "gpus": [{"device":
/// "cuda:0", "name", "compute_capability", "memory_bytes"}], and where there is none "gpu_problem"}.
Result<nlohmann::json> describeMachine();

} // namespace boolab
