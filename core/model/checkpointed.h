// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <torch/types.h>

namespace boolab
{

/// block(x) of which only x is kept for the backward pass, where the block is computed again (activation
/// checkpointing, arXiv 1604.06174). `block` must give the same bits both times; its parameters are leaves
/// whose gradients are those of a plain call, bit for bit. Without gradients this is a plain call.
at::Tensor checkpointed(const std::function<at::Tensor(const at::Tensor&)>& block, const at::Tensor& x);

} // namespace boolab
