// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/formats/gguf_file.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// What a tokenizer.json has of a vocabulary that SentencePiece made (tokenizer.ggml.model = "llama": BPE by
/// scores, "▁" for spaces, bytes for what the vocabulary lacks), as transformers converts it.
struct SentencePieceParts {
    nlohmann::json normalizer, decoder, model;
};

/// `file` has tokens; BadInput where scores are missing, Unsupported where the text is normalised in a way
/// that llama.cpp does not know either.
Result<SentencePieceParts> sentencePieceOf(const GgufFile& file);

/// Whether a tokenizer.json is of that kind, so that a GGUF can hold it as such. What newer files call
/// Metaspace sets no second space before a text that begins with one, SentencePiece and llama.cpp do.
bool isSentencePiece(const nlohmann::json& tokenizer);
/// And whether it sets a space before a text ("tokenizer.ggml.add_space_prefix").
bool addsSpacePrefix(const nlohmann::json& tokenizer);

} // namespace boolab
