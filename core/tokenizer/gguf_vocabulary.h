// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/gguf_metadata.h"
#include "core/formats/model_files.h"

namespace boolab
{

/// Whether the model has a tokenizer at all (of whatever kind).
bool hasTokenizer(const ModelFiles& model);

/// The "tokenizer.*" keys of a GGUF of this model: those of its own file, or tokenizer.json and what stands
/// beside it as llama.cpp's converter writes them. Unsupported for tokenizers that llama.cpp has no name for.
Result<GgufMetadata> ggufVocabulary(const ModelFiles& model);

} // namespace boolab
