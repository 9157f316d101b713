// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tokenizer_files.h"

#include "core/base/atomic_write.h"
#include "core/tokenizer/tokenizer.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// generation_config.json as transformers derives one from a config.
std::string generationConfig(const ModelConfig& config)
{
    nlohmann::json json = {{"_from_model_config", true}};
    if (config.bosTokenId) json["bos_token_id"] = *config.bosTokenId;
    if (config.padTokenId) json["pad_token_id"] = *config.padTokenId;
    if (config.eosTokenIds.size() == 1) json["eos_token_id"] = config.eosTokenIds.front();
    if (config.eosTokenIds.size() > 1) json["eos_token_id"] = config.eosTokenIds;
    return json.dump(2) + "\n";
}

Status writeTokenizerOfGguf(const fs::path& folder, const ModelFiles& source)
{
    auto tokenizer = Tokenizer::open(source);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    const std::pair<const char*, std::string> files[] = {
        {"tokenizer.json", tokenizer->tokenizerJson()},
        {"tokenizer_config.json", tokenizer->tokenizerConfigJson()},
        {"generation_config.json", generationConfig(source.config())}};
    for (const auto& [name, content] : files)
        if (auto ok = writeFileAtomically(folder / name, content); !ok) return ok;
    return {};
}

} // namespace

Status writeTokenizerFiles(const fs::path& folder, const ModelFiles& source)
{
    if (source.kind() == ModelKind::Gguf) return writeTokenizerOfGguf(folder, source);
    for (const char* name :
         {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt",
          "tokenizer.model", "added_tokens.json", "chat_template.jinja", "generation_config.json"}) {
        std::error_code error;
        if (!fs::exists(source.folder() / name, error)) continue;
        fs::copy_file(source.folder() / name, folder / name, error);
        if (error)
            return fail(
                ErrorCode::Io,
                fmt::format("{}: cannot be copied: {}", (source.folder() / name).string(), error.message()),
                "Check the disk and the folder's permissions.");
    }
    return {};
}

} // namespace boolab
