// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace boolab
{

/// What a model is, from its headers alone: path, kind ("huggingface", "gguf", "boolean"), architecture,
/// config (shape), parameters, file_bytes, bits_per_weight, bits_per_weight_all, dtypes (tensors and bytes of
/// each), layers (the linear ones: name, out, in, dtype, kernels, bytes, bits_per_weight with its
/// scales), tensors (all of them: name, stored_name where a GGUF has another, dtype, shape, parameters,
/// bytes), metadata (ModelFiles::metadata()) and memory (per kind of job: total_bytes, disk_bytes, parts).
Result<nlohmann::json> inspectModel(const std::filesystem::path& path);
nlohmann::json inspectModel(const ModelFiles& files);

/// The same without tensors and metadata as a card and tables for a terminal.
std::string inspectionText(const nlohmann::json& inspection);

} // namespace boolab
