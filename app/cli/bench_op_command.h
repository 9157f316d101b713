// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"

namespace boolab::cli
{

/// "bench op", under the subcommand "bench".
Command addBenchOp(CLI::App& bench);

} // namespace boolab::cli
