// SPDX-License-Identifier: Apache-2.0
// The two dense formats, tensor by tensor.
#pragma once

#include "core/export/dense_model.h"
#include "core/jobs/job_observer.h"

#include <filesystem>
#include <functional>

namespace boolab
{

/// Told after each tensor; an error ends the writing.
using TensorProgress = std::function<Status()>;

/// The type that a tensor is stored in where matrices become `dtype`: safetensors has one for all.
DType safetensorsTypeOf(const DenseTensor& tensor, DType dtype);
/// GGUF keeps vectors in F32, as llama.cpp's ops take them, and rows that do not fill Q8_0's blocks in F16.
DType ggufTypeOf(const DenseTensor& tensor, DType dtype);

/// config.json, model.safetensors and the tokenizer's files. Unsupported where transformers has no words for
/// the config.
Status writeDenseFolder(const std::filesystem::path& folder, const ModelFiles& source, DType dtype,
                        int threads, const TensorProgress& progress);

/// One GGUF of architecture llama, tokenizer inside. `name`: general.name where the source has none.
Status writeDenseGguf(const std::filesystem::path& file, const ModelFiles& source, const std::string& name,
                      const std::string& licence, DType dtype, int threads, const TensorProgress& progress);

} // namespace boolab
