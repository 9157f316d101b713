// SPDX-License-Identifier: Apache-2.0
// The kinds of jobs, one file each; reached through job_spec.h.
#pragma once

#include "core/jobs/job_spec.h"

namespace boolab::specs
{

JobSpec inspect();
JobSpec convert();
JobSpec finetune();
JobSpec evaluate();
JobSpec generate();
JobSpec sweep();
std::vector<OptionSpec> common();

/// The positional "model" argument; `help` says what it is for.
OptionSpec model(std::string help);

} // namespace boolab::specs
