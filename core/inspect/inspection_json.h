// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/layer_inspection.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// What `boolab-cli inspect --layer --json` prints of the files: path, layer, out, in, kernels, dtype, bytes,
/// bits_per_weight (of the layer), model (bits_per_weight, bits_per_weight_all, file_bytes) and per_kernel
/// (plus_share; scale_out and scale_in with minimum, maximum, mean, deviation and a histogram each).
nlohmann::json inspectionJson(const LayerInspection& layer);

/// The same, with weight_error, original and probe where they are, as tables for a terminal.
std::string layerText(const nlohmann::json& inspection);

} // namespace boolab
