// SPDX-License-Identifier: Apache-2.0
#include "core/engine/text_tokens.h"

#include "core/base/mapped_file.h"
#include "core/engine/check_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

Result<std::vector<std::string>> readJsonLines(const std::filesystem::path& path, std::string_view text)
{
    std::vector<std::string> documents;
    std::int64_t number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
        if (!json.is_object() || !json.contains("text") || !json["text"].is_string())
            return fail(
                ErrorCode::BadInput,
                fmt::format("{}: line {}: expected an object with a string \"text\"", path.string(), number),
                "Every line of a .jsonl is one document: {\"text\": \"…\"}.");
        documents.push_back(std::move(json["text"].get_ref<std::string&>()));
    }
    return documents;
}

/// Windows and old Macintosh line ends become \n, as Python's open() reads them: a text must not score
/// differently by the system that saved it.
std::string universalNewlines(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
            continue;
        }
        out += '\n';
        if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    }
    return out;
}

bool isJsonLines(const std::filesystem::path& path)
{
    return path.extension() == ".jsonl";
}

} // namespace

Result<std::vector<std::string>> readDocuments(const std::filesystem::path& path)
{
    auto text = readTextFile(path);
    if (!text) return std::unexpected(text.error());
    if (text->empty())
        return fail(ErrorCode::BadInput, fmt::format("{}: is empty, a text was expected", path.string()),
                    "Name another file.");
    if (auto isText = checkIsText(path, *text); !isText) return std::unexpected(isText.error());
    if (isJsonLines(path)) return readJsonLines(path, *text);
    return std::vector{universalNewlines(*text)};
}

Result<std::vector<std::int32_t>> readTextTokens(const std::filesystem::path& path,
                                                 const Tokenizer& tokenizer)
{
    auto documents = readDocuments(path);
    if (!documents) return std::unexpected(documents.error());
    if (!isJsonLines(path)) return tokenizer.encode(documents->front());
    std::vector<std::int32_t> ids;
    const auto ends = tokenizer.eosIds();
    for (const std::string& document : *documents) {
        const auto part = tokenizer.encode(document);
        ids.insert(ids.end(), part.begin(), part.end());
        if (!ends.empty()) ids.push_back(ends.front());
    }
    return ids;
}

} // namespace boolab
