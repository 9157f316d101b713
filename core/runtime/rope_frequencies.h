// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"

#include <vector>

namespace boolab
{

/// What rotary positions (RoFormer, arXiv 2104.09864) turn by, with linear, llama3 and yarn scaling.
struct RopeFrequencies {
    std::vector<double> inverse;  ///< (headDim / 2): 1 / theta^(2i/D), stretched as the config says
    double attentionFactor = 1.0; ///< yarn's magnitude of both sine and cosine
};

RopeFrequencies ropeFrequencies(const ModelConfig& config);

} // namespace boolab
