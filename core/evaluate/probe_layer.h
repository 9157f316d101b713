// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/layer_inspection.h"
#include "core/jobs/job_observer.h"
#include "core/model/model_loader.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// What a Boolean layer's kernels make of a text, `sequences` (S, L) int64. With y_k = u_k * (B_k (v_k * x)):
/// correlation (K x K), Pearson's over tokens and outputs with every output's mean taken off, and output_rms
/// (K), both on the inputs x that the layer has in the Boolean model. With `original` also, for the first k =
/// 1 … K kernels and relative to ||W x||^2 with W and x of the original: output_error ||W x - W_k x||^2, and
/// output_error_in_model ||W x - W_k x'||^2 with x' the Boolean model's input. A bias counts nowhere. Errors:
/// files, an original of another shape; Stopped.
Result<nlohmann::json> probeLayer(const ModelFiles& files, const ModelFiles* original,
                                  const LayerInspection& layer, const at::Tensor& sequences,
                                  const LoadOptions& options, JobObserver& observer);

} // namespace boolab
