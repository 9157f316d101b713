// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace boolab
{

/// What a job (as JSON) does, without how it is listed and what it may use: equal for jobs that would compute
/// the same.
nlohmann::json substanceOf(nlohmann::json job);

} // namespace boolab
