// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace boolab::cli
{

/// Underscores in flags become hyphens (--seq_len), as users of Python tools write them; values stay as they
/// are.
std::vector<std::string> withHyphens(std::vector<std::string> arguments);

/// Parses `arguments` (without the program's name). Usage errors name the nearest known flag. Throws
/// CLI::Success for --help and --version, which CLI11 prints.
Status parseArguments(CLI::App& app, std::vector<std::string> arguments);

} // namespace boolab::cli
