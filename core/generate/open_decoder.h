// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "core/runtime/decoder.h"

namespace boolab
{

/// The decoder without LibTorch as the job's runtime, embedding, kv_cache and threads say; anything but
/// float32 is packed. Usage error on another device than the CPU.
Result<Decoder> openDecoder(const ModelFiles& files, const Job& job);

} // namespace boolab
