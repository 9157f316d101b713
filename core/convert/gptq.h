// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/convert/converted_layer.h"
#include "core/convert/input_geometry.h"

namespace boolab
{

struct GptqConfig {
    int alternations = 12; ///< of the calibrated start (kernels/svid.h, RefineConfig)
    int feedbackRounds = 1;
    int descentRounds = 3;
    int conjugateSteps = 4; ///< of a solve for scaleIn
    int lastConjugateSteps = 12;
};

/// K Boolean kernels of `weight` (out, in) float32 under the full H of its inputs (method.md section 2,
/// "gptq"): calibrated start; rounds of error feedback (GPTQ, arXiv 2210.17323), then of coordinate descent
/// on the signs (ours); after each, scaleOut by a K x K solve per row and scaleIn by preconditioned conjugate
/// gradients. errors: tr(E H E^T) over tr(W H W^T) with the first 1 … K kernels.
ConvertedLayer convertUnderHessian(const LinearLayerInfo& info, const at::Tensor& weight, std::int64_t K,
                                   const InputGeometry& input, const GptqConfig& config);

} // namespace boolab
