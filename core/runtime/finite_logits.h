// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <span>
#include <string>

namespace boolab
{

/// What to look at where a model computes NaN, as a sentence for a hint or a warning.
std::string causeOfNan(const std::string& model);

/// BadInput where a logit is no finite number: from such no token can be chosen. Names `model` (its path).
Status checkFinite(std::span<const float> logits, const std::string& model);

} // namespace boolab
