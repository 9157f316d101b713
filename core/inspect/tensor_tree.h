// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/tensor_list.h"

#include <map>

namespace boolab
{

/// Where in the model a tensor stands.
enum class TensorPart { Embeddings, Block, FinalNorm, Head, Other };

/// What inspectModel() knows of a linear layer.
struct LinearLayerFigures {
    std::int64_t out = 0, in = 0, kernels = 0;
    double bits = 0; ///< per weight, with scales
};
using LinearLayers = std::map<std::string, LinearLayerFigures>;

/// `layers` of inspectModel().
LinearLayers linearLayersFrom(const nlohmann::json& layers);

/// A tensor, or several with their sums: those of one module (a weight and its scales) or of one part.
struct TensorNode {
    enum class Kind { Part, Module, Tensor };
    Kind kind = Kind::Tensor;
    TensorPart part = TensorPart::Other;
    std::int64_t block = -1;         ///< of TensorPart::Block
    std::string label;               ///< within the node above: "self_attn.q_proj.weight"; a part has none
    std::string name;                ///< whole; of a part empty
    std::string layer;               ///< the linear layer that this is or belongs to, or empty
    std::string dtypes;              ///< "F16, U8"
    std::vector<std::int64_t> shape; ///< of a tensor; out and in of a linear layer
    std::int64_t parameters = 0, bytes = 0;
    std::int64_t kernels = 0;      ///< of a linear layer
    double bits = 0;               ///< of a linear layer; 0: unknown
    std::vector<std::size_t> rows; ///< its tensors, as indices of the list
    std::vector<TensorNode> children;
};

/// Embeddings, blocks in order, final norm, head, others; in a block the order of execution. A module stands
/// for itself where it has one tensor.
std::vector<TensorNode> tensorTree(const std::vector<TensorRow>& tensors, const LinearLayers& layers);

/// "Embeddings", "Block 3", …
std::string partName(const TensorNode& node);

/// Figures of all checked tensors of the node; nothing where none is checked.
std::optional<ValueFigures> valuesOf(const TensorNode& node, const std::vector<TensorRow>& tensors);

} // namespace boolab
