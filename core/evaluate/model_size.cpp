// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/model_size.h"

#include <algorithm>

namespace boolab
{

ModelSize sizeOf(const ModelFiles& files, std::int64_t firstKernels)
{
    ModelSize size{files.fileBytes(), files.bitsPerWeight(), files.bitsPerWeightAll(), 0};
    for (const LinearLayerInfo& layer : files.linearLayers())
        size.maxKernels = std::max(size.maxKernels, layer.kernelCount);
    if (firstKernels <= 0) return size;
    std::int64_t droppedBytes = 0;
    double droppedBits = 0, weights = 0;
    for (const LinearLayerInfo& layer : files.linearLayers()) {
        if (layer.kernelCount == 0) continue;
        const std::int64_t K = layer.kernelCount, dropped = K - std::min(K, firstKernels);
        const auto bytes = [&](const char* part) {
            return files.find(layer.name + part)->byteSize / K * dropped;
        };
        const std::int64_t scaleBytes = bytes(".scale_out") + bytes(".scale_in");
        const auto elements = static_cast<double>(layer.outFeatures * layer.inFeatures);
        droppedBytes += bytes(".bool_weight") + scaleBytes;
        droppedBits += static_cast<double>(dropped) * elements + 8.0 * static_cast<double>(scaleBytes);
        weights += elements;
    }
    size.fileBytes -= droppedBytes;
    size.bitsPerWeight -= droppedBits / std::max(weights, 1.0);
    size.bitsPerWeightAll -= 8.0 * static_cast<double>(droppedBytes) /
                             static_cast<double>(std::max<std::int64_t>(1, files.parameterCount()));
    return size;
}

} // namespace boolab
