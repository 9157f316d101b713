// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/inspection_json.h"

namespace boolab
{

namespace
{

nlohmann::json scalesJson(std::span<const float> values, const ValueSpread& spread)
{
    const Histogram histogram = histogramOf(values, spread.minimum, spread.maximum);
    return {{"minimum", spread.minimum},
            {"maximum", spread.maximum},
            {"mean", spread.mean},
            {"deviation", spread.deviation},
            {"histogram", {{"low", histogram.low}, {"high", histogram.high}, {"counts", histogram.counts}}}};
}

} // namespace

nlohmann::json inspectionJson(const LayerInspection& layer)
{
    nlohmann::json kernels = nlohmann::json::array();
    for (const KernelInspection& kernel : layer.kernels)
        kernels.push_back({{"plus_share", kernel.plusShare},
                           {"scale_out", scalesJson(kernel.scaleOut, kernel.outSpread)},
                           {"scale_in", scalesJson(kernel.scaleIn, kernel.inSpread)}});
    return {{"path", layer.model},
            {"layer", layer.name},
            {"out", layer.outFeatures},
            {"in", layer.inFeatures},
            {"kernels", layer.kernelCount()},
            {"dtype", layer.dtype},
            {"bytes", layer.bytes},
            {"bits_per_weight", layer.bitsPerWeight},
            {"model",
             {{"bits_per_weight", layer.modelBits},
              {"bits_per_weight_all", layer.modelBitsAll},
              {"file_bytes", layer.modelBytes}}},
            {"per_kernel", kernels}};
}

} // namespace boolab
