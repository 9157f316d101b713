// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/output_proposal.h"

#include "core/jobs/export_options.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab::ui
{

namespace
{

/// The model's path without what belongs to its format.
fs::path baseName(const std::string& model)
{
    fs::path path = fs::path(model).lexically_normal();
    if (!path.has_filename()) path = path.parent_path(); // "folder/"
    if (path.extension() == ".safetensors" && path.has_parent_path()) return path.parent_path();
    if (path.extension() == ".gguf") path.replace_extension();
    return path;
}

/// "2.5bit", "80MB" or "k3": what the budget is given in.
std::string budgetName(const Job& job)
{
    if (job.real("bits") > 0) return fmt::format("{}bit", job.real("bits"));
    std::string size = job.text("target_size");
    std::erase(size, ' ');
    return size.empty() ? fmt::format("k{}", job.integer("kernels")) : size;
}

/// "-F16.gguf", "-bf16" or "-export".
std::string exportEnding(const Job& job)
{
    const auto type = exportTypeOf(job);
    if (exportFormatOf(job) == ExportFormat::Boolean || !type) return "-export";
    std::string name(nameOf(*type));
    if (exportFormatOf(job) == ExportFormat::Gguf) return fmt::format("-{}.gguf", name);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    return "-" + name;
}

} // namespace

std::string proposedOutput(const Job& job)
{
    if (job.spec().find("output") == nullptr) return {};
    const std::string model = job.text(job.kind() == JobKind::Finetune ? "student" : "model");
    const fs::path base = baseName(model);
    if (!base.has_filename() || base == "." || base == "..") return {};
    if (job.kind() == JobKind::Finetune) return base.string() + "-finetuned";
    if (job.kind() == JobKind::Sweep) return base.string() + "-sweep";
    if (job.kind() == JobKind::Export) return base.string() + exportEnding(job);
    return base.string() + "-mbok-" + budgetName(job);
}

} // namespace boolab::ui
