// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/generate/next_logits.h"

namespace boolab
{

/// By LibTorch or by the decoder, as the job asks (--runtime).
Result<std::unique_ptr<NextLogits>> openNextLogits(const ModelFiles& files, const Job& job);

} // namespace boolab
