// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"

#include <vector>

namespace boolab
{

/// The dense weight of a layer (out * in), every value finite, else BadInput naming file, tensor and place.
Result<std::vector<float>> readWeight(const ModelFiles& files, const LinearLayerInfo& layer);

} // namespace boolab
