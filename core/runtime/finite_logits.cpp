// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/finite_logits.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

std::string causeOfNan(const std::string& model)
{
    return fmt::format(
        "Its weights hold NaN or Inf, or so large a number that a sum overflows: it is damaged, "
        "or was saved after a training that diverged. See boolab-cli inspect {} --layer NAME.",
        model);
}

Status checkFinite(std::span<const float> logits, const std::string& model)
{
    const auto isBad = [](float logit) { return !std::isfinite(logit); };
    if (std::ranges::none_of(logits, isBad)) return {};
    const bool nan = std::ranges::any_of(logits, [](float logit) { return std::isnan(logit); });
    return fail(ErrorCode::BadInput,
                fmt::format("{}: the model computes {}: {} of {} logits are no finite number", model,
                            nan ? "NaN" : "Inf", std::ranges::count_if(logits, isBad), logits.size()),
                causeOfNan(model));
}

} // namespace boolab
