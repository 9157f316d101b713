// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace boolab
{

/// "layers.0.*=4": layers whose name matches get that many kernels whatever the budget; 0 keeps them dense.
struct LayerPin {
    std::string pattern; ///< * and ? as in a shell; matched against the name and its parts behind any dot
    std::int64_t kernels = 0;
};

/// Pins of one text, separated by commas or blanks: "layers.0.*=4, *.down_proj=dense". Usage, naming the pin,
/// where one is not PATTERN=COUNT with a count from 1 to maxKernels or "dense".
Result<std::vector<LayerPin>> parsePins(const std::string& text, std::int64_t maxKernels);
std::string toText(const std::vector<LayerPin>& pins);

bool matches(const LayerPin& pin, const std::string& layer);
/// The last pin that matches counts.
std::optional<std::int64_t> pinnedKernels(const std::vector<LayerPin>& pins, const std::string& layer);
/// Usage, naming it, for a pin that matches no layer: a misspelt pattern must not pass unnoticed.
Status checkPinsMatch(const std::vector<LayerPin>& pins, const std::vector<std::string>& layers);

} // namespace boolab
