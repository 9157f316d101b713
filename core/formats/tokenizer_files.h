// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/formats/model_files.h"

#include <filesystem>

namespace boolab
{

/// Copies the source's tokenizer and everything that speaks about generation, as far as it is there; a GGUF's
/// tokenizer is rebuilt from its metadata.
Status writeTokenizerFiles(const std::filesystem::path& folder, const ModelFiles& source);

} // namespace boolab
