// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/model_shape.h"

#include <algorithm>
#include <optional>

namespace boolab
{

namespace
{

/// Of a Boolean model's config, else nothing.
std::optional<double> meanKernels(const ModelConfig& config)
{
    const auto quantization = config.source.find("quantization_config");
    if (quantization == config.source.end() || !quantization->is_object()) return {};
    const auto counts = quantization->find("kernel_counts");
    if (counts == quantization->end() || !counts->is_object() || counts->empty()) return {};
    double sum = 0;
    for (const auto& count : *counts)
        sum += count.is_number() ? count.get<double>() : 3.0;
    return sum / static_cast<double>(counts->size());
}

} // namespace

ModelShape::ModelShape(const ModelConfig& config)
{
    const auto C = static_cast<double>(config.hiddenSize), I = static_cast<double>(config.intermediateSize);
    const auto L = static_cast<double>(config.numLayers), V = static_cast<double>(config.vocabSize);
    const double Q = static_cast<double>(config.numHeads * config.headDim);
    const double KV = static_cast<double>(config.numKvHeads * config.headDim);

    linearWeights = L * (2 * C * Q + 2 * C * KV + 3 * C * I);
    linearSides = L * (2 * (C + Q) + 2 * (C + KV) + 3 * (C + I));
    largestLinear = std::max(C * Q, C * I);
    embeddings = V * C * (config.tieWordEmbeddings ? 1 : 2);
    otherWeights = C * (2 * L + 1) + (config.attentionBias ? L * (Q + 2 * KV + C) : 0) +
                   (config.mlpBias ? L * (2 * I + C) : 0);
    keyValues = 2 * L * KV;
    // Both norms' inputs and outputs; q, and keys and values repeated for every head, the mix of the heads;
    // gate, up and their product.
    blockActivations = 4 * C + 4 * Q + 3 * I;
    // Backward through the MLP: gradients of the product, gate and up beside those of the residual stream.
    blockGradients = 3 * I + 2 * C;
    const auto mean = meanKernels(config);
    isBoolean = mean.has_value();
    kernels = mean.value_or(3);
}

} // namespace boolab
