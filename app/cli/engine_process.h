// SPDX-License-Identifier: Apache-2.0
// boolab-cli is linked without LibTorch, whose loading takes half a second: what needs none starts at once.
// boolab-engine beside it is the same program with LibTorch.
#pragma once

#include "core/jobs/job.h"

namespace boolab::cli
{

bool needsLibTorch(const Job& job);

/// From boolab-cli: goes on as boolab-engine in this very process, with the same command line, and returns
/// only where that cannot be started. In boolab-engine: does nothing. To be called before anything is
/// written.
Status continueWithLibTorch();

} // namespace boolab::cli
