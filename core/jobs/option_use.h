// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

#include <map>

namespace boolab
{

/// The options that do nothing in this job, each with the reason as a sentence. Of a sweep: those that do
/// nothing in any of its points.
std::map<std::string, std::string> unusedOptions(const Job& job);

} // namespace boolab
