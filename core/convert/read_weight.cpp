// SPDX-License-Identifier: Apache-2.0
#include "core/convert/read_weight.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

Result<std::vector<float>> readWeight(const ModelFiles& files, const LinearLayerInfo& layer)
{
    std::vector<float> weight(static_cast<std::size_t>(layer.outFeatures * layer.inFeatures));
    const TensorInfo* tensor = files.find(layer.name + ".weight");
    if (auto read = files.readFloat32(*tensor, weight); !read) return std::unexpected(read.error());
    const auto bad = std::ranges::find_if_not(weight, [](float value) { return std::isfinite(value); });
    if (bad == weight.end()) return weight;
    const auto place = bad - weight.begin();
    return fail(ErrorCode::BadInput,
                fmt::format("{}: tensor \"{}.weight\" holds {} at row {}, column {}", files.path().string(),
                            layer.name, *bad, place / layer.inFeatures, place % layer.inFeatures),
                "The model file is damaged, or was saved after a training that diverged.");
}

} // namespace boolab
