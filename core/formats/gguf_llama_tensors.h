// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/gguf_file.h"
#include "core/formats/model_config.h"

namespace boolab
{

/// "blk.3.attn_q.weight" taken apart; the views point into the name.
struct GgufBlockName {
    std::int64_t layer = 0;
    std::string_view part, kind; ///< "attn_q", "weight"
};
std::optional<GgufBlockName> parseGgufBlockName(std::string_view name);

/// Checks that `file` has exactly the tensors that a LLaMA model of `config` needs, in their shapes: a
/// missing one, one of another shape, and one that the computation would leave out are errors.
Status checkGgufLlamaTensors(const GgufFile& file, const ModelConfig& config);

} // namespace boolab
