// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tasks/zero_shot_tasks.h"

#include <filesystem>

namespace boolab
{

struct TaskData {
    std::filesystem::path file;
    std::vector<TaskDocument> documents;
    std::vector<std::string> lines; ///< as they stand in the file: JSON forgets the order of fields
    std::int64_t total = 0;         ///< in the file, where only some are taken
};

/// "<folder>/<task>.jsonl", one question per line; the first `limit` of them, 0 for all. BadInput names the
/// line and the field.
Result<TaskData> readTask(const ZeroShotTask& task, const std::filesystem::path& folder, std::int64_t limit);

} // namespace boolab
