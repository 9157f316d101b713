// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <string>
#include <vector>

namespace boolab
{

/// What a Boolean model came from, as far as the runs tell; empty where unknown.
struct ModelOrigin {
    std::string original; ///< the full-precision model
    std::string text;     ///< the calibration text of its conversion
};

/// By the newest finished conversion or finetuning that wrote to `model`; `runs` newest first.
ModelOrigin originOf(const std::string& model, const std::vector<RunRecord>& runs);

} // namespace boolab
