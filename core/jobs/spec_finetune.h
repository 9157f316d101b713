// SPDX-License-Identifier: Apache-2.0
// Inside core/jobs: the finetune job's options, group by group.
#pragma once

#include "core/jobs/specs.h"

#include <vector>

namespace boolab::specs
{

std::vector<OptionSpec> finetuneDataOptions();
std::vector<OptionSpec> finetuneProcessOptions(); ///< how several processes share a step
std::vector<OptionSpec> finetuneTrainingOptions();
std::vector<OptionSpec> finetuneEvaluationOptions();
std::vector<OptionSpec> finetuneLossOptions();
std::vector<OptionSpec> finetuneFlipOptions();

} // namespace boolab::specs
