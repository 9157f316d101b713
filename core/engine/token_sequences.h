// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/formats/model_files.h"

#include <cstdint>
#include <span>
#include <torch/types.h>

namespace boolab
{

/// BadInput where a token is none of the model's: its tokenizer belongs to another model.
Status checkVocabulary(const ModelFiles& files, std::span<const std::int32_t> ids);

/// (count, length) int64: sequences spread evenly over the text; `ids` has at least `length` tokens.
at::Tensor spreadSequences(std::span<const std::int32_t> ids, std::int64_t length, std::int64_t count);

} // namespace boolab
