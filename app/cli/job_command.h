// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"
#include "app/cli/job_arguments.h"

#include <nlohmann/json.hpp>

namespace boolab::cli
{

/// What a person reads at a job's end, from its result.
using ResultText = std::function<std::string(const Job&, const nlohmann::json&)>;

/// A subcommand that runs one job of `kind`.
Command addJobCommand(CLI::App& root, JobKind kind, ResultText resultText);

/// Runs a parsed job and prints its result; returns the exit code.
int runAndPrint(const Job& job, const CliFlags& flags, const ResultText& resultText);
/// What a job that ended has found: 1 where points of a sweep failed, or a value that was checked is NaN or
/// Inf.
int exitCodeOf(const nlohmann::json& result);
/// --dry-run: the job, its command line and the memory it needs.
int printPlan(const Job& job, const CliFlags& flags);

/// The result text of a job's kind, for jobs that come from files.
std::string resultTextOf(const Job& job, const nlohmann::json& result);
std::string inspectText(const Job& job, const nlohmann::json& result);
std::string convertText(const Job& job, const nlohmann::json& result);
std::string finetuneText(const Job& job, const nlohmann::json& result);
std::string evaluateText(const Job& job, const nlohmann::json& result);
std::string generateText(const Job& job, const nlohmann::json& result);
std::string sweepText(const Job& job, const nlohmann::json& result);
std::string exportText(const Job& job, const nlohmann::json& result);

} // namespace boolab::cli
