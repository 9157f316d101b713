// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/nan_warning.h"

#include "core/runtime/finite_logits.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace boolab
{

double perplexityOf(double nll, double count)
{
    const double perplexity = std::exp(nll / count);
    return std::isnan(perplexity) ? std::numeric_limits<double>::quiet_NaN() : perplexity;
}

void warnOfNan(const std::string& model, const std::string& what, JobObserver& observer)
{
    observer.log("warning", fmt::format("{}: the model computes NaN, there is no {}. {}", model, what,
                                        causeOfNan(model)));
}

} // namespace boolab
