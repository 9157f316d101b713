// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/job_arguments.h"
#include "core/jobs/job_observer.h"

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace boolab::cli
{

/// --threads, --json and --quiet, as every bench has them.
void addBenchFlags(CLI::App& app, int& threads, CliFlags& flags);

/// Measures with progress on standard error and prints the figures, as a table or with --json as they are;
/// the exit code.
int benchAndPrint(const CliFlags& flags, const std::function<Result<nlohmann::json>(JobObserver&)>& measure,
                  const std::function<std::string(const nlohmann::json&)>& table);

} // namespace boolab::cli
