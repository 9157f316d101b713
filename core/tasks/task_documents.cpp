// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/task_documents.h"

#include "core/base/mapped_file.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

/// What nlohmann's parser complains of, in its words: ": column 20: … invalid string: surrogate …".
std::string problemOf(std::string_view line)
{
    try {
        (void)nlohmann::json::parse(line);
    } catch (const nlohmann::json::parse_error& error) {
        const std::string_view text = error.what();
        const std::size_t place = text.find("column "); // behind the error's name and "line 1"
        return ": " + std::string(place == text.npos ? text : text.substr(place));
    }
    return {};
}

/// The file of a task was named where its folder is asked for.
Status refuseFile(const std::filesystem::path& folder)
{
    std::error_code error;
    if (!std::filesystem::is_regular_file(folder, error)) return {};
    const std::filesystem::path parent = folder.parent_path();
    return fail(ErrorCode::BadInput, fmt::format("{}: is a file, a folder was expected", folder.string()),
                fmt::format("Name its folder: --task-data {}", parent.empty() ? "." : parent.string()));
}

} // namespace

Result<TaskData> readTask(const ZeroShotTask& task, const std::filesystem::path& folder, std::int64_t limit)
{
    TaskData data{.file = folder / (task.name + ".jsonl"), .documents = {}, .lines = {}};
    if (auto isFolder = refuseFile(folder); !isFolder) return std::unexpected(isFolder.error());
    std::error_code error;
    if (!std::filesystem::exists(data.file, error))
        return fail(
            ErrorCode::BadInput, fmt::format("{}: is not there", data.file.string()),
            fmt::format("--task-data names a folder that holds {}.jsonl, one question of the dataset per "
                        "line.",
                        task.name));
    auto text = readTextFile(data.file);
    if (!text) return std::unexpected(text.error());
    std::string_view rest = *text;
    for (std::int64_t number = 1; !rest.empty(); ++number) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        ++data.total;
        if (limit > 0 && std::ssize(data.documents) >= limit) continue;
        auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
        if (!json.is_object())
            return fail(
                ErrorCode::BadInput,
                fmt::format("{}: line {}: no JSON object{}", data.file.string(), number, problemOf(line)),
                "Every line of a .jsonl is one question: {\"question\": \"…\", …}.");
        auto document = task.read(json);
        if (!document)
            return fail(ErrorCode::BadInput,
                        fmt::format("{}: line {}: {}: {}", data.file.string(), number, task.name,
                                    document.error().message),
                        document.error().hint);
        data.documents.push_back(std::move(*document));
        data.lines.emplace_back(line);
    }
    if (data.documents.empty())
        return fail(ErrorCode::BadInput, fmt::format("{}: holds no question", data.file.string()),
                    "Every line of a .jsonl is one question.");
    return data;
}

} // namespace boolab
