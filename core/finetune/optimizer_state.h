// SPDX-License-Identifier: Apache-2.0
// What a training keeps beside the student, between memory and files that know no device.
#pragma once

#include "core/boolean/bool_optimizer.h"

#include <istream>
#include <string>
#include <torch/optim/adamw.h>

namespace boolab
{

/// While one lives, the optimizer's moments are in the host's memory, to be saved; then with the parameters
/// again.
class MomentsOnHost
{
public:
    explicit MomentsOnHost(torch::optim::AdamW& optimizer);
    ~MomentsOnHost();
    MomentsOnHost(const MomentsOnHost&) = delete;
    MomentsOnHost& operator=(const MomentsOnHost&) = delete;

private:
    torch::optim::AdamW& m_optimizer;
};

/// What torch::save() wrote of an AdamW whose parameters may have been on another device; throws c10::Error.
void loadOptimizer(torch::optim::AdamW& optimizer, const std::string& file);
void loadOptimizer(torch::optim::AdamW& optimizer, std::istream& in);
/// What torch::save() wrote of everFlippedBits(). No such file, as in checkpoints of an older Boolab, leaves
/// the masks as they are; c10::Error where it is of other kernels.
void loadEverFlipped(BoolOptimizer& booleans, const std::string& file);

} // namespace boolab
