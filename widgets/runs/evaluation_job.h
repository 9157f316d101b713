// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

namespace boolab::ui
{

/// The evaluation that a conversion or a finetuning calls for: its model, beside the one that it came from,
/// on the text that was held out, where there was one.
boolab::Job evaluationJob(const boolab::Job& made);

} // namespace boolab::ui
