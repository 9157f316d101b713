// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"

namespace boolab::cli
{

/// "bench deploy", under the subcommand "bench".
Command addBenchDeploy(CLI::App& bench);

} // namespace boolab::cli
