// SPDX-License-Identifier: Apache-2.0
#include "app/cli/engine_process.h"

#include "core/generate/next_logits.h"

namespace boolab::cli
{

bool needsLibTorch(const Job& job)
{
    if (job.kind() == JobKind::Inspect) return job.has("layer");
    if (job.kind() == JobKind::Generate) return generatesByLibTorch(job);
    return job.kind() != JobKind::Export;
}

} // namespace boolab::cli
