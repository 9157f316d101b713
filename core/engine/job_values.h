// SPDX-License-Identifier: Apache-2.0
// What several jobs report alike.
#pragma once

#include "core/formats/model_files.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// output, file_bytes, bits_per_weight, bits_per_weight_all of a Boolean model folder just written.
Result<nlohmann::json> describeBooleanModel(const std::string& folder);

} // namespace boolab
