// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/convert/converted_layer.h"
#include "core/jobs/job.h"

#include <torch/types.h>

namespace boolab
{

/// svid, or with alternation refined and calibrated (kernels/svid.h).
struct WeightMethod {
    bool alternates = true;
    int rounds = 12;
};

/// Of a job's method and rounds.
WeightMethod weightMethodOf(const Job& job);

/// K Boolean kernels of `weight` (M * N) alone; with alternation `columnWeights` (N) weigh its columns
/// ("calibrated").
ConvertedLayer convertByWeights(const LinearLayerInfo& info, const float* weight, std::int64_t K,
                                const WeightMethod& method, const float* columnWeights = nullptr);

/// W (M, N) float32 that the kernels stand for.
at::Tensor denseWeight(ConvertedLayer& layer);

} // namespace boolab
