// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/layer_ops.h"

namespace boolab
{

/// The ops in LibTorch's own operators, for a device on which ours cannot be used. Dense weights and scale
/// gradients equal the CPU's up to rounding; flips are decided by the CPU's op on copies, bit for bit.
std::shared_ptr<LayerOps> plainOps(const at::Device& device);

} // namespace boolab
