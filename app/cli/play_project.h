// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/job_arguments.h"
#include "core/jobs/project.h"

namespace boolab::cli
{

/// Plays a project's jobs in order, stopping at the first that fails, and ends with the tables of
/// project_summary.h (with --json on standard error, and one object on standard output). Returns the exit
/// code.
int playProject(const Project& project, const CliFlags& flags);

} // namespace boolab::cli
