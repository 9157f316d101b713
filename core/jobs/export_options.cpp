// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/export_options.h"

#include "core/formats/boolean_model_writer.h"
#include "core/formats/drop.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// A folder that an export has written: one GGUF with its card, and nothing else that would be lost.
bool isGgufExport(const fs::path& folder)
{
    std::error_code error;
    int models = 0;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (lowerCaseExtension(entry.path()) == ".gguf")
            ++models;
        else if (name != kModelCardFile && name != kJobFile)
            return false;
    }
    return models == 1;
}

} // namespace

ExportFormat exportFormatOf(const Job& job)
{
    const std::string format = job.text("format");
    if (format == "mbok") return ExportFormat::Boolean;
    return format == "gguf" ? ExportFormat::Gguf : ExportFormat::Safetensors;
}

std::optional<DType> exportTypeOf(const Job& job)
{
    const std::string type = job.text("weight_type");
    if (type == "f32") return DType::F32;
    if (type == "f16") return DType::F16;
    if (type == "bf16") return DType::BF16;
    if (type == "q8_0") return DType::Q8_0;
    if (exportFormatOf(job) == ExportFormat::Boolean) return std::nullopt;
    return exportFormatOf(job) == ExportFormat::Gguf ? DType::F16 : DType::BF16;
}

bool exportsOneFile(const Job& job)
{
    return exportFormatOf(job) == ExportFormat::Gguf && lowerCaseExtension(job.text("output")) == ".gguf";
}

Status checkExport(const Job& job)
{
    if (job.text("weight_type") == "q8_0" && exportFormatOf(job) != ExportFormat::Gguf)
        return fail(ErrorCode::Usage,
                    fmt::format("export: --type q8_0 is for GGUF, not for {}", job.text("format")),
                    "Use --type f32, f16 or bf16, or --format gguf.");
    if (exportFormatOf(job) != ExportFormat::Gguf && lowerCaseExtension(job.text("output")) == ".gguf")
        return fail(ErrorCode::Usage,
                    fmt::format("export: --output {} names a GGUF, but --format {} writes a folder",
                                job.text("output"), job.text("format")),
                    "Name a folder, or use --format gguf.");
    return {};
}

Status checkExportTarget(const Job& job)
{
    const fs::path output = job.text("output");
    std::error_code error;
    if (!fs::exists(fs::symlink_status(output, error))) return {};
    const bool isFolder = fs::is_directory(output, error);
    if (isFolder == exportsOneFile(job))
        return fail(ErrorCode::Usage,
                    fmt::format("{}: is a {}, a {} was to be written", output.string(),
                                isFolder ? "folder" : "file", isFolder ? "file" : "folder"),
                    "Name another output.");
    if (isFolder && fs::is_empty(output, error)) return {};
    if (!job.on("overwrite"))
        return fail(ErrorCode::Usage, fmt::format("{}: is there already", output.string()),
                    "Name another output; --overwrite replaces it.");
    return isFolder && !isGgufExport(output) ? checkModelOutput(output) : Status();
}

} // namespace boolab
