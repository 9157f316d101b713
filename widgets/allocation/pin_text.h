// SPDX-License-Identifier: Apache-2.0
// Pins by layer, as clicks make them, and the short text that the job takes.
#pragma once

#include "core/allocation/layer_pins.h"

namespace boolab::ui
{

/// One per layer of a table; 0 keeps it dense, nothing leaves it to the solver.
using PinnedCounts = std::vector<std::optional<std::int64_t>>;

PinnedCounts pinnedCounts(const std::vector<LayerPin>& pins, const std::vector<std::string>& layers);
/// As few patterns as say the same: "*=3", "*.down_proj=4", "layers.0.*=dense", then single layers.
std::vector<LayerPin> compactPins(const PinnedCounts& counts, const std::vector<std::string>& layers);

} // namespace boolab::ui
