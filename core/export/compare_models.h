// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"

#include <string>

namespace boolab
{

/// What a computation would notice of another config, in words; empty where it is the same. Reals count as
/// float32, in which GGUF has them.
std::string configDifference(const ModelConfig& written, const ModelConfig& meant);

/// Whether both make the same tokens of a text in many scripts, end at the same tokens and wrap a chat alike;
/// empty where they do.
std::string tokenizerDifference(const ModelFiles& written, const ModelFiles& meant);

} // namespace boolab
