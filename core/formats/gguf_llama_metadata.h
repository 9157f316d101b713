// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/gguf_metadata.h"
#include "core/formats/model_config.h"

namespace boolab
{

/// The "llama.*" keys of a config, as ggufLlamaConfig() reads them back. The rope's divisors are a tensor
/// (ropeDivisors() of gguf_rope.h).
GgufMetadata ggufLlamaMetadata(const ModelConfig& config);

} // namespace boolab
