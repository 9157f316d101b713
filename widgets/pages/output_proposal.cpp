// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/output_proposal.h"

#include <filesystem>

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

} // namespace

std::string proposedOutput(const Job& job)
{
    if (job.spec().find("output") == nullptr) return {};
    const std::string model = job.text(job.kind() == JobKind::Finetune ? "student" : "model");
    const fs::path base = baseName(model);
    if (!base.has_filename() || base == "." || base == "..") return {};
    if (job.kind() == JobKind::Finetune) return base.string() + "-finetuned";
    return base.string() + "-mbok-k" + std::to_string(job.integer("kernels"));
}

} // namespace boolab::ui
