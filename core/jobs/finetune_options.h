// SPDX-License-Identifier: Apache-2.0
// What a finetune job's options mean together.
#pragma once

#include "core/jobs/job.h"

namespace boolab
{

/// Usage where nothing at all would be learned, or an early stop is asked for that could never come.
Status checkFinetune(const Job& job);

} // namespace boolab
