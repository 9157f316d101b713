// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>
#include <vector>

namespace boolab
{

struct ChildOutput {
    int exitCode = 0; ///< 128 + signal where one ended it
    std::string out, err;
};

/// Runs a program to its end and keeps what it writes. arguments[0] is the program, found along PATH. Io
/// where it cannot be started.
Result<ChildOutput> runChild(const std::vector<std::string>& arguments);

/// The file of the running program.
std::filesystem::path thisProgram();

} // namespace boolab
