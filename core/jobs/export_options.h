// SPDX-License-Identifier: Apache-2.0
// What an export job's options mean.
#pragma once

#include "core/formats/dtype.h"
#include "core/jobs/job.h"

#include <filesystem>
#include <optional>

namespace boolab
{

/// What stands beside the weights; behind the model's name ("NAME.README.md") where one file is exported.
inline constexpr const char* kModelCardFile = "README.md";
inline constexpr const char* kJobFile = "job.json";

enum class ExportFormat { Boolean, Safetensors, Gguf };
ExportFormat exportFormatOf(const Job& job);

/// What the weights become; nothing where they stay as they are stored (mbok without a type).
std::optional<DType> exportTypeOf(const Job& job);

/// The output is one .gguf, not a folder.
bool exportsOneFile(const Job& job);

/// The rules between an export's options: types that the format can hold.
Status checkExport(const Job& job);

/// Usage where the job's output is there already and it may not be replaced.
Status checkExportTarget(const Job& job);

} // namespace boolab
