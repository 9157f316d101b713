// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_files_impl.h"

#include "core/base/mapped_file.h"
#include "core/tokenizer/utf8.h"

#include <algorithm>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::size_t kShownElements = 16;      // of a long list
constexpr std::size_t kConfigLimit = 16u << 20; // of a file of settings

nlohmann::json textJson(const std::string& text)
{
    return replaceInvalidUtf8(text); // a GGUF's texts are whatever its writer put there
}

nlohmann::json arrayJson(const GgufArray& array)
{
    return std::visit(
        [](const auto& values) {
            nlohmann::json first = nlohmann::json::array();
            for (std::size_t i = 0; i < std::min(values.size(), kShownElements); ++i) {
                if constexpr (std::is_same_v<std::decay_t<decltype(values[i])>, std::string>)
                    first.push_back(textJson(values[i]));
                else
                    first.push_back(values[i]);
            }
            if (values.size() <= kShownElements) return first;
            return nlohmann::json{{"length", values.size()}, {"first", std::move(first)}};
        },
        array);
}

nlohmann::json valueJson(const GgufValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) return textJson(*text);
    if (const auto* array = std::get_if<GgufArray>(&value)) return arrayJson(*array);
    return std::visit(
        []<class T>(const T& scalar) -> nlohmann::json {
            if constexpr (std::is_arithmetic_v<T>)
                return scalar;
            else
                return nullptr;
        },
        value);
}

nlohmann::json section(const std::string& source, const fs::path& path, nlohmann::json values)
{
    return {{"source", source}, {"path", path.string()}, {"values", std::move(values)}};
}

/// An object in a small file beside the weights; null where there is none.
nlohmann::json objectIn(const fs::path& path)
{
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error || size > kConfigLimit) return {};
    const auto text = readTextFile(path, kConfigLimit);
    auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
    return json.is_object() ? json : nlohmann::json();
}

} // namespace

nlohmann::json ModelFiles::metadata() const
{
    nlohmann::json sections = nlohmann::json::array();
    if (m_impl->gguf) {
        nlohmann::json keys = nlohmann::json::object();
        for (const auto& [key, value] : m_impl->gguf->metadata())
            keys[replaceInvalidUtf8(key)] = valueJson(value);
        sections.push_back(section("GGUF", path(), std::move(keys)));
        return sections;
    }
    sections.push_back(section("config.json", folder() / "config.json", config().source));
    const fs::path generation = folder() / "generation_config.json",
                   index = folder() / "model.safetensors.index.json";
    if (auto values = objectIn(generation); !values.empty())
        sections.push_back(section("generation_config.json", generation, std::move(values)));
    for (const SafetensorsFile& file : m_impl->safetensors) {
        nlohmann::json texts = nlohmann::json::object();
        for (const auto& [key, text] : file.metadata())
            texts[key] = text;
        sections.push_back(section(file.path().filename().string(), file.path(), std::move(texts)));
    }
    if (m_impl->safetensors.size() > 1)
        if (const auto values = objectIn(index).value("metadata", nlohmann::json()); values.is_object())
            sections.push_back(section(index.filename().string(), index, values));
    return sections;
}

} // namespace boolab
