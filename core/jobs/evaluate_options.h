// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

namespace boolab
{

/// The rules between an evaluation's options: there is something to measure, and tasks have their questions.
Status checkEvaluate(const Job& job);

} // namespace boolab
