// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job_observer.h"
#include "core/model/model_loader.h"

#include <vector>

namespace boolab
{

/// What each layer's conversion costs: integrated gradients (arXiv 1703.01365) along the straight line from
/// all original weights to all `converted` ones. Together they are the rise of the loss between both ends, in
/// nats per token, but for the quadrature's error; a layer that makes up for others counts below 0.
/// `converted`: (out, in) of every layer in ModelFiles::linearLayers()'s order. `sequences` (S, L) int64.
/// Holds the model three times.
Result<std::vector<double>> attributeLoss(const ModelFiles& files, const LoadOptions& options,
                                          const at::Tensor& sequences,
                                          const std::vector<at::Tensor>& converted, JobObserver& observer);

} // namespace boolab
