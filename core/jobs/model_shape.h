// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_config.h"

namespace boolab
{

/// Sizes that follow from a LLaMA's config: what estimates are made of. Counts of numbers, not bytes.
struct ModelShape {
    explicit ModelShape(const ModelConfig& config);

    double linearWeights = 0;    ///< of all blocks
    double linearSides = 0;      ///< sum of out + in over the blocks' linear layers
    double largestLinear = 0;    ///< weights of the largest one
    double embeddings = 0;       ///< and the head, where it is not tied
    double otherWeights = 0;     ///< norms and biases
    double keyValues = 0;        ///< of all blocks, per token
    double blockActivations = 0; ///< that autograd keeps per token and block
    double blockGradients = 0;   ///< per token, at the backward pass' widest point
    bool isBoolean = false;      ///< the config names kernel counts
    double kernels = 3;          ///< per weight: the mean of a Boolean model's, else 3

    double allWeights() const { return linearWeights + embeddings + otherWeights; }
};

} // namespace boolab
