// SPDX-License-Identifier: Apache-2.0
// The subcommands of boolab-cli, one file each.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace boolab::cli
{

/// A subcommand and what it does once parsed; `run` returns the process's exit code.
struct Command {
    CLI::App* app = nullptr;
    std::function<int()> run;
};

Command addInspect(CLI::App& root);
Command addConvert(CLI::App& root);
Command addFinetune(CLI::App& root);
Command addEvaluate(CLI::App& root);
Command addGenerate(CLI::App& root);
Command addSweep(CLI::App& root);
Command addExport(CLI::App& root);
Command addRun(CLI::App& root);
Command addRuns(CLI::App& root);
Command addBench(CLI::App& root);

} // namespace boolab::cli
