// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/boolean_layer.h"
#include "core/formats/model_files.h"
#include "core/model/llama_model.h"

namespace boolab
{

struct LoadOptions {
    at::ScalarType dtype = at::kFloat;
    at::Device device = at::kCPU;
    /// Boolean layers keep their dense weight once built: for reading only (evaluate, generate).
    bool frozen = true;
    /// Frozen Boolean layers multiply a few tokens straight from their bits where their device can
    /// (BooleanLayer::multiplyFromBits): for generating.
    bool multiplyFromBits = false;
    /// Boolean layers keep only their first so many kernels; 0: all.
    std::int64_t firstKernels = 0;
};

/// A model in memory; `booleanLayers` are those of `model` that are Boolean, in execution order.
struct LoadedModel {
    std::unique_ptr<LlamaModel> model;
    std::vector<std::shared_ptr<BooleanLayer>> booleanLayers;
};

/// Errors: a tensor is missing or has the wrong shape; OutOfMemory is raised by the caller's catch.
Result<LoadedModel> loadModel(const ModelFiles& files, const LoadOptions& options);

/// One decoder block alone, for work that holds one at a time; its Boolean layers are appended to
/// `booleanLayers` where that is given.
Result<LlamaBlock> loadBlock(const ModelFiles& files, std::int64_t index, const LoadOptions& options,
                             std::vector<std::shared_ptr<BooleanLayer>>* booleanLayers = nullptr);
/// The token embedding (V, C).
Result<at::Tensor> loadEmbedding(const ModelFiles& files, const LoadOptions& options);

} // namespace boolab
