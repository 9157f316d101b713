// SPDX-License-Identifier: Apache-2.0
// The tensors of a model as tables show them.
#pragma once

#include "core/formats/model_files.h"
#include "core/inspect/value_figures.h"

#include <nlohmann/json_fwd.hpp>

namespace boolab
{

struct TensorRow {
    std::string name;       ///< Hugging Face's: "model.layers.0.self_attn.q_proj.weight"
    std::string storedName; ///< the file's own, where it is another: "blk.0.attn_q.weight"
    std::string dtype;
    std::vector<std::int64_t> shape;
    /// As ModelFiles::parameterCount() counts: a Boolean weight as out × in, its scales and a tied head 0.
    std::int64_t parameters = 0;
    std::int64_t bytes = 0;
    std::optional<ValueFigures> values = {}; ///< once they have been checked
};

/// In the file's order, from the headers alone.
std::vector<TensorRow> tensorList(const ModelFiles& files);

nlohmann::json toJson(const std::vector<TensorRow>& tensors);
/// What toJson() made; entries of another form are left out.
std::vector<TensorRow> tensorsFrom(const nlohmann::json& json);

/// "576 × 1536", "576", or "1" for a single number.
std::string shapeText(const std::vector<std::int64_t>& shape);

/// One line per tensor with a head (RFC 4180); figures of the values where any tensor has them.
std::string tensorCsv(const std::vector<TensorRow>& tensors);

} // namespace boolab
