// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/model_sizes.h"

#include <algorithm>

namespace boolab::ui
{

ModelSizes ModelSizes::from(const nlohmann::json& inspection)
{
    constexpr std::int64_t kNone = 0;
    const auto object = nlohmann::json::object();
    ModelSizes sizes;
    sizes.isBoolean = inspection.value("kind", "") == "boolean";
    sizes.hasHead = !inspection.value("config", object).value("tie_word_embeddings", false);
    std::int64_t weights = 0, stored = 0;
    for (const auto& layer : inspection.value("layers", nlohmann::json::array())) {
        const std::int64_t bytes = layer.value("bytes", kNone);
        sizes.layers.push_back(LayerName::from(layer.value("name", "")));
        sizes.layerMegabytes.push_back(static_cast<float>(static_cast<double>(bytes) / 1e6));
        sizes.layerBytes += bytes;
        weights += layer.value("out", kNone) * layer.value("in", kNone);
    }
    const nlohmann::json dtypes = inspection.value("dtypes", object); // items() refers to it
    for (const auto& [dtype, use] : dtypes.items())
        stored += use.value("bytes", kNone);
    sizes.otherBytes = std::max(kNone, stored - sizes.layerBytes);
    sizes.layerBytes16 = 2 * weights;
    sizes.otherBytes16 = std::max(kNone, 2 * (inspection.value("parameters", kNone) - weights));
    return sizes;
}

} // namespace boolab::ui
