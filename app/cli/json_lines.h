// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

namespace boolab::cli
{

/// `generate --json-lines`: loads the model once and answers requests until standard input ends.
///   in   {"prompt": …, "tokens": …, "temperature": …, "top_k": …, "top_p": …, "seed": …, "chat": …,
///        "probabilities": …}; what is left out is as in the job. {"stop": true} ends the answer that is
///        being written; a prompt that is being read is read to its end first.
///   out  {"event": "loading", "model": …}, then {"event": "ready", "runtime": …, "device": …, "seconds": …,
///        "memory_bytes": …}; per request {"event": "text", "text": …} as it comes and {"event": "done",
///        "text": …, "tokens": …, "tokens_per_second": …, "memory_bytes": …, …} or {"event": "error",
///        "message": …, "hint": …}; before "ready" {"event": "warning", "message": …} where a GPU's ops
///        cannot be used. memory_bytes is what the process has resident, peak_memory_bytes the most it had;
///        on a GPU device_memory_bytes, too. With probabilities every text has "tokens", those that completed
///        it (core/generate/written_token.h): what a token stands for may end inside a character, a text does
///        not. The last text may be empty.
/// A prompt of the job itself is answered first. A reader that goes away ends the answer. Returns the exit
/// code.
int answerJsonLines(const Job& job);

} // namespace boolab::cli
