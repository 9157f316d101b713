// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_observer.h"

#include <string>

namespace boolab
{

/// exp of a mean of `count` negative log-likelihoods. A NaN comes without the minus that the processor gives
/// it and that would be printed.
double perplexityOf(double nll, double count);

/// Warns that `model` computes NaN, so that there is no `what` ("perplexity").
void warnOfNan(const std::string& model, const std::string& what, JobObserver& observer);

} // namespace boolab
