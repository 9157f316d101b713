// SPDX-License-Identifier: Apache-2.0
#include "core/formats/drop.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr const char* kExpected = "Drop a model folder, a .gguf, a .safetensors beside its config.json, a "
                                  "Boolean model, a project, a job file, or a .txt or .jsonl text.";

bool has(const fs::path& folder, const char* name)
{
    std::error_code error;
    return fs::exists(folder / name, error);
}

fs::path folderOf(const fs::path& file)
{
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

/// Job files are small; a tokenizer.json is not worth reading for this.
bool isJobFile(const fs::path& file)
{
    constexpr std::uintmax_t kLargest = 1 << 20;
    std::error_code error;
    if (lowerCaseExtension(file) != ".json" || fs::file_size(file, error) > kLargest || error) return false;
    std::ifstream stream(file);
    const auto json = nlohmann::json::parse(stream, nullptr, false);
    return json.is_object() && json.contains("kind") && json["kind"].is_string();
}

Drop classifyFolder(const fs::path& folder)
{
    if (has(folder, "project.json")) return DroppedProject{folder / "project.json"};
    if (has(folder, "config.json")) return DroppedModel{folder};
    std::error_code error;
    std::vector<fs::path> ggufs;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (lowerCaseExtension(entry.path()) == ".gguf") ggufs.push_back(entry.path());
    if (ggufs.size() == 1) return DroppedModel{ggufs.front()};
    if (ggufs.size() > 1)
        return DropRejected{
            fmt::format("{} holds {} GGUF files. Drop the one you mean.", folder.string(), ggufs.size())};
    return DropRejected{fmt::format("{} is a folder without config.json, project.json or a .gguf. {}",
                                    folder.string(), kExpected)};
}

Drop classifyFile(const fs::path& file)
{
    const std::string extension = lowerCaseExtension(file);
    const fs::path folder = folderOf(file);
    if (extension == ".gguf") return DroppedModel{file};
    if (file.filename() == "project.json") return DroppedProject{file};
    if (isJobFile(file)) return DroppedJob{file};
    // Part of a tokenizer, not a text, where it lies in a model folder.
    const bool tokenizer = file.filename() == "merges.txt" || file.filename() == "vocab.txt";
    if (tokenizer && has(folder, "config.json")) return DroppedModel{folder};
    if (extension == ".txt" || extension == ".jsonl") return DroppedDataset{file};
    if (extension == ".safetensors" && !has(folder, "config.json"))
        return DropRejected{fmt::format("{} has no config.json beside it, so its architecture is unknown. "
                                        "Drop the whole model folder, or put config.json there.",
                                        file.string())};
    // Any file of a model folder stands for the folder.
    if (has(folder, "config.json")) return DroppedModel{folder};
    if (extension == ".bin" || extension == ".pt" || extension == ".pth")
        return DropRejected{fmt::format("{} is a pickled PyTorch file, which may run code when it is read. "
                                        "Save the model as safetensors and drop its folder.",
                                        file.string())};
    return DropRejected{
        fmt::format("{} is neither a model, a project, a job nor a text. {}", file.string(), kExpected)};
}

} // namespace

std::string lowerCaseExtension(const fs::path& path)
{
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

Drop classifyDrop(const std::vector<fs::path>& paths)
{
    if (paths.empty()) return DropRejected{fmt::format("Nothing was dropped that is a file. {}", kExpected)};
    std::error_code error;
    for (const fs::path& path : paths)
        if (!fs::exists(path, error))
            return DropRejected{fmt::format("{} does not exist or may not be read.", path.string())};
    // Several files of one model folder (its shards, say) are that model.
    const bool together = std::all_of(paths.begin(), paths.end(), [&](const fs::path& path) {
        return !fs::is_directory(path, error) && path.parent_path() == paths.front().parent_path() &&
               has(path.parent_path(), "config.json");
    });
    if (paths.size() > 1 && together) return DroppedModel{folderOf(paths.front())};
    if (paths.size() > 1)
        return DropRejected{fmt::format("{} things were dropped at once. Drop one at a time.", paths.size())};
    return fs::is_directory(paths.front(), error) ? classifyFolder(paths.front())
                                                  : classifyFile(paths.front());
}

} // namespace boolab
