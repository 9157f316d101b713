// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace boolab::ui
{

/// How a process ended: its exit code, or the signal that killed it.
struct ProcessEnd {
    int exitCode = 0;
    int signal = 0;
};

/// Starts `program` in a session of its own, without input, its output and errors appended to `log`. It lives
/// on when this process ends. Returns its pid, once the program really runs.
Result<int> startDetachedProcess(const std::filesystem::path& program,
                                 const std::vector<std::string>& arguments, const std::filesystem::path& log);
/// Nothing while it runs. Never waits. May answer only once: the end is taken from the system.
std::optional<ProcessEnd> endOfProcess(int pid);

} // namespace boolab::ui
