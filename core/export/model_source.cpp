// SPDX-License-Identifier: Apache-2.0
#include "core/export/model_source.h"

#include "core/base/mapped_file.h"
#include "core/export/export_output.h"
#include "core/formats/drop.h"
#include "core/formats/gguf_file.h"

#include <sstream>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::size_t kReadmeLimit = std::size_t{4} << 20;

std::string trimmed(const std::string& text)
{
    const auto begin = text.find_first_not_of(" \t\r\"'"), end = text.find_last_not_of(" \t\r\"'");
    return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

ModelSource sourceOfGguf(const fs::path& path)
{
    ModelSource source{.name = shownNameOf(path), .licence = {}, .repository = {}};
    const auto file = GgufFile::open(path);
    if (!file) return source;
    source.name = file->text("general.name").value_or(source.name);
    source.licence = file->text("general.license").value_or("");
    return source;
}

} // namespace

std::string frontMatterValue(const std::string& markdown, const std::string& key)
{
    std::istringstream lines(markdown);
    std::string line;
    if (!std::getline(lines, line) || trimmed(line) != "---") return {};
    while (std::getline(lines, line) && trimmed(line) != "---")
        if (line.starts_with(key + ":")) return trimmed(line.substr(key.size() + 1));
    return {};
}

ModelSource sourceOf(const fs::path& model)
{
    std::error_code error;
    if (lowerCaseExtension(model) == ".gguf") return sourceOfGguf(model);
    ModelSource source{.name = shownNameOf(model), .licence = {}, .repository = {}};
    const fs::path folder = fs::is_directory(model, error) ? model : model.parent_path();
    const auto readme = readTextFile(folder / "README.md", kReadmeLimit);
    if (!readme) return source;
    source.licence = frontMatterValue(*readme, "license");
    source.repository = frontMatterValue(*readme, "base_model");
    return source;
}

} // namespace boolab
