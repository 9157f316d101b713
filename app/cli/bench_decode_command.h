// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"

namespace boolab::cli
{

/// "bench decode", under the subcommand "bench".
Command addBenchDecode(CLI::App& bench);

} // namespace boolab::cli
