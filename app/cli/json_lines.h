// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

namespace boolab::cli
{

/// `generate --json-lines`: loads the model once and answers requests until standard input ends.
///   in   {"prompt": …, "tokens": …, "temperature": …, "top_k": …, "top_p": …, "seed": …, "chat": …}; what is
///   left out is as
///        in the job. {"stop": true} ends the answer that is being written.
///   out  {"event": "ready"}, then per request {"event": "text", "text": …} as it comes and {"event": "done",
///   …} or
///        {"event": "error", "message": …, "hint": …}.
/// A prompt of the job itself is answered first. Returns the exit code.
int answerJsonLines(const Job& job);

} // namespace boolab::cli
