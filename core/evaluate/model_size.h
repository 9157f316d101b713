// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"

namespace boolab
{

/// What a model costs, as its files count it (core/formats/model_files.h).
struct ModelSize {
    std::int64_t fileBytes = 0;
    double bitsPerWeight = 0;
    double bitsPerWeightAll = 0;
    std::int64_t maxKernels = 0; ///< the most that a layer has, of the whole model; 0: no Boolean model
};

/// Of the model as it stands, or of what is left when every Boolean layer keeps its first `firstKernels`
/// alone (0: all).
ModelSize sizeOf(const ModelFiles& files, std::int64_t firstKernels);

} // namespace boolab
