// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/charts/layer_name.h"

#include <nlohmann/json.hpp>
#include <vector>

namespace boolab::ui
{

/// What a model's tensors take as they are stored: of a Boolean layer packed bits and scales.
struct ModelSizes {
    std::vector<LayerName> layers;
    std::vector<float> layerMegabytes;               ///< bits, scales and bias, in the order of the layers
    std::int64_t layerBytes = 0;                     ///< of all linear layers
    std::int64_t otherBytes = 0;                     ///< embeddings, norms, a head of its own
    std::int64_t layerBytes16 = 0, otherBytes16 = 0; ///< the same weights in 16 bits each
    bool isBoolean = false, hasHead = false;

    std::int64_t bytes() const { return layerBytes + otherBytes; }
    std::int64_t bytes16() const { return layerBytes16 + otherBytes16; }
    /// As inspectModel() tells.
    static ModelSizes from(const nlohmann::json& inspection);
};

} // namespace boolab::ui
