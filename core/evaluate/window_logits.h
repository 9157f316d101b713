// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"

#include <memory>
#include <torch/types.h>

namespace boolab
{

/// A loaded model that reads windows of a text and says, some positions at a time, what may follow them.
class WindowLogits
{
public:
    virtual ~WindowLogits() = default;
    /// Reads a window (T) int64, which knows nothing of those before it.
    virtual void begin(const at::Tensor& window) = 0;
    /// Logits (count, V) float32 behind the next `count` positions of the window; they stay until the next
    /// call.
    virtual at::Tensor next(std::int64_t count) = 0;
};

/// By LibTorch, with the first kernels of each Boolean layer alone where `firstKernels` is not 0.
Result<std::unique_ptr<WindowLogits>> openTorchWindows(const ModelFiles& files, const Job& job,
                                                       std::int64_t firstKernels);
/// By the decoder without LibTorch (core/runtime), as the job's runtime and embedding say.
Result<std::unique_ptr<WindowLogits>> openDecoderWindows(const ModelFiles& files, const Job& job);

} // namespace boolab
