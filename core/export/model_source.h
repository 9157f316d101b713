// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace boolab
{

/// What a model's own files say of where it is from; empty where they are silent. Nothing is guessed.
struct ModelSource {
    std::string name;       ///< general.name of a GGUF, else the file's or folder's name
    std::string licence;    ///< general.license, or "license" in the README's front matter
    std::string repository; ///< "HuggingFaceTB/SmolLM2-135M" where a README's front matter names a base model
};

ModelSource sourceOf(const std::filesystem::path& model);

/// The scalar `key` of a Markdown file's YAML front matter; empty where there is none.
std::string frontMatterValue(const std::string& markdown, const std::string& key);

} // namespace boolab
