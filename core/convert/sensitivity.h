// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job_observer.h"
#include "core/model/model_loader.h"

#include <map>
#include <string>

namespace boolab
{

/// How much the loss minds an error of one linear layer's output, from the squared gradients of the
/// full-precision model's summed negative log-likelihood (the diagonal of the empirical Fisher matrix, as
/// GuidedQuant, arXiv 2505.07004, uses it). float32.
struct LayerSensitivity {
    at::Tensor
        outputs; ///< (M) mean over tokens: half of it times an output's mean squared error is what that error
                 ///< costs in nats per token, to second order and with errors taken as independent
    at::Tensor tokens; ///< (S, L) mean over outputs
};

/// Holds the whole model. `sequences` (S, L) int64; keyed by the layer's name.
Result<std::map<std::string, LayerSensitivity>> measureSensitivity(const ModelFiles& files,
                                                                   const LoadOptions& options,
                                                                   const at::Tensor& sequences,
                                                                   JobObserver& observer);

} // namespace boolab
