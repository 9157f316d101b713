// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/gguf_keys.h"
#include "core/formats/model_config.h"

namespace boolab
{

/// ropeTheta and ropeScaling of `config` (whose headDim and maxPositions are known) from the rope keys and
/// rope_freqs.weight. Errors are left in `keys`.
void readGgufRope(const GgufFile& file, GgufKeys& keys, ModelConfig& config);

/// What llama.cpp keeps in rope_freqs.weight: the divisors that a config carries, or those that its llama3
/// parameters give; empty for other scalings. (headDim / 2)
std::vector<float> ropeDivisors(const ModelConfig& config);

/// The llama3 parameters that give these `divisors`, or nothing where no such parameters do. llama.cpp's
/// converter keeps the divisors alone, but config.json has fields for the parameters only.
std::optional<RopeScaling> recogniseLlama3(std::span<const float> divisors, std::int64_t headDim,
                                           double theta);

} // namespace boolab
