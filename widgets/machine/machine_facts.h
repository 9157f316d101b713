// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/base/fact_card.h"

#include <nlohmann/json.hpp>

namespace boolab::ui
{

constexpr int kMachineFactRows = 3; ///< in a column

/// What `boolab-cli bench machine` tells, as labels and texts; of an empty object the labels alone, to be
/// shown until the answer is there.
Facts machineFacts(const nlohmann::json& machine);

} // namespace boolab::ui
