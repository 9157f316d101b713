// SPDX-License-Identifier: Apache-2.0
#include "core/formats/checked_json.h"
#include "core/formats/model_files_impl.h"

#include <fmt/format.h>
#include <set>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

Result<nlohmann::json> readJson(const fs::path& path, const char* expected)
{
    auto text = readTextFile(path, 256u << 20);
    if (!text) return std::unexpected(text.error());
    return parseJson(*text, path.string() + ":", fmt::format("{} was expected.", expected));
}

/// The weight files of a folder: one, or the shards that the index names.
Result<std::vector<fs::path>> weightFiles(const fs::path& folder)
{
    std::error_code error;
    const fs::path index = folder / "model.safetensors.index.json", single = folder / "model.safetensors";
    if (fs::exists(single, error)) return std::vector{single};
    if (fs::exists(index, error)) {
        auto json = readJson(index, "A safetensors index");
        if (!json) return std::unexpected(json.error());
        if (!json->is_object() || !json->contains("weight_map") || !(*json)["weight_map"].is_object())
            return fail(ErrorCode::BadInput, fmt::format("{}: has no \"weight_map\"", index.string()),
                        "Download the index again.");
        std::set<std::string> names;
        for (const auto& [tensor, file] : (*json)["weight_map"].items()) {
            const std::string name = file.is_string() ? file.get<std::string>() : "";
            // An index must not lead out of its folder.
            if (name.empty() || name.find('/') != std::string::npos)
                return fail(ErrorCode::BadInput,
                            fmt::format("{}: tensor \"{}\" is mapped to {}, expected a file name",
                                        index.string(), tensor, file.dump()),
                            "Download the index again.");
            names.insert(name);
        }
        std::vector<fs::path> files;
        for (const std::string& name : names) {
            if (!fs::exists(folder / name, error))
                return fail(ErrorCode::BadInput,
                            fmt::format("{}: the shard {} is missing", folder.string(), name),
                            "Download the missing shard into the folder.");
            files.push_back(folder / name);
        }
        return files;
    }
    std::vector<fs::path> loose;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ".safetensors") loose.push_back(entry.path());
    if (loose.size() == 1) return loose;
    return fail(
        ErrorCode::BadInput,
        fmt::format("{}: has no model.safetensors and no model.safetensors.index.json", folder.string()),
        fs::exists(folder / "pytorch_model.bin", error)
            ? "Only safetensors are read: save the model again with transformers (safe_serialization)."
            : "Choose the folder that holds config.json and the weights.");
}

} // namespace

Status openHuggingFace(ModelFiles::Impl& impl)
{
    std::error_code error;
    const bool single = !fs::is_directory(impl.path, error);
    impl.folder = single ? impl.path.parent_path() : impl.path;
    if (impl.folder.empty()) impl.folder = ".";
    const fs::path configPath = impl.folder / "config.json";
    if (!fs::exists(configPath, error))
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: there is no config.json beside the weights", impl.path.string()),
                    "A model folder holds config.json, *.safetensors and tokenizer.json.");
    auto json = readJson(configPath, "A Hugging Face config.json");
    if (!json) return std::unexpected(json.error());
    auto config = ModelConfig::fromJson(*json, configPath.string());
    if (!config) return std::unexpected(config.error());
    impl.config = std::move(*config);

    Result<std::vector<fs::path>> files = std::vector{impl.path};
    if (!single) files = weightFiles(impl.folder);
    if (!files) return std::unexpected(files.error());
    for (const fs::path& path : *files) {
        auto file = SafetensorsFile::open(path);
        if (!file) return std::unexpected(file.error());
        impl.fileBytes += file->fileBytes();
        for (const SafetensorsTensor& tensor : file->tensors()) {
            if (impl.byName.contains(tensor.name))
                return fail(
                    ErrorCode::BadInput,
                    fmt::format("{}: tensor \"{}\" stands in two shards", impl.folder.string(), tensor.name),
                    "Download the model again.");
            impl.add(
                {tensor.name, tensor.dtype, tensor.shape, static_cast<std::int64_t>(tensor.bytes.size())},
                tensor.bytes);
        }
        impl.safetensors.push_back(std::move(*file));
    }
    // Old exports of tied models carry no flag, only the missing head.
    if (!impl.config.tieWordEmbeddings && !impl.find("lm_head.weight") &&
        impl.find("model.embed_tokens.weight") && !json->contains("tie_word_embeddings"))
        impl.config.tieWordEmbeddings = true;
    return {};
}

} // namespace boolab
