// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"

namespace boolab::cli
{

/// "bench machine", under the subcommand "bench".
Command addBenchMachine(CLI::App& bench);

} // namespace boolab::cli
