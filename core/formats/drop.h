// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace boolab
{

struct DroppedModel {
    std::filesystem::path path;
};
struct DroppedProject {
    std::filesystem::path path; ///< the project.json
};
struct DroppedJob {
    std::filesystem::path path; ///< a JSON object that says which kind of job it is
};
struct DroppedDataset {
    std::filesystem::path path; ///< .txt, .jsonl
};
struct DropRejected {
    std::string reason; ///< what it is, what was expected, what to do
};
using Drop = std::variant<DroppedModel, DroppedProject, DroppedJob, DroppedDataset, DropRejected>;

/// ".gguf" of "MODEL.GGUF": names from other systems come in capitals.
std::string lowerCaseExtension(const std::filesystem::path& path);

/// Says at once, from names and headers only, what was dropped: a model folder, a .gguf, a .safetensors, a
/// Boolean model, any file inside a model folder, a project (folder or project.json), a job file, a text, or
/// why it is refused.
Drop classifyDrop(const std::vector<std::filesystem::path>& paths);

} // namespace boolab
