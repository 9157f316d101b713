// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/converter.h"

namespace boolab
{

/// Compares svid and refine, without and with column weights, with the CPU's on one small layer: bits, scales
/// and errors, bit for bit. Takes milliseconds. Fails where the device does, or names the first op that
/// differs. The CPU's are those of its vector code, whose order of sums the device has, also where the scalar
/// loops are forced: not while other threads run ops.
kernels::cuda::Outcome<void> checkCudaConverter(kernels::cuda::Converter& converter);

} // namespace boolab
