// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"

namespace boolab::cli
{

/// "bench finetune", under the subcommand "bench".
Command addBenchFinetune(CLI::App& bench);

} // namespace boolab::cli
