// SPDX-License-Identifier: Apache-2.0
// What a convert job's options mean, for all who ask: engine, estimates, sweeps and the window.
#pragma once

#include "core/formats/dtype.h"
#include "core/jobs/job.h"

namespace boolab
{

/// How a conversion stores what it writes.
struct StoredTypes {
    DType scales = DType::F16, others = DType::BF16;
    std::int64_t embeddingBits = 16; ///< 8 or 16
};
StoredTypes storedTypesOf(const Job& job);

/// "calibrated" and "gptq" look at a layer's inputs.
bool convertsByInputs(const Job& job);
/// Bits or a file size are asked for instead of K everywhere.
bool hasBudget(const Job& job);
/// Of the loss: a budget's importance or the tokens' weights do.
bool needsGradients(const Job& job);
/// The method does, or the importance under a budget.
bool needsCalibration(const Job& job);
/// The rules between a conversion's options: one budget, and a text where one is needed.
Status checkConversion(const Job& job);

} // namespace boolab
