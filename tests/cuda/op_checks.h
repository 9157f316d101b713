// SPDX-License-Identifier: Apache-2.0
// What must hold of the CUDA ops, on the emulated device and on real ones alike.
#pragma once

#include "kernels/cuda/converter.h"

namespace boolab::kernels::cuda
{

enum class CheckSize {
    Small, ///< for emulation: seconds
    Full,  ///< and layers as models have them
};

/// Compares every op with the vector code (bit for bit) and the scalar reference on odd shapes, one to eight
/// kernels, zero rows and columns, ties, extremes; says on stderr what differs. The number of checks that
/// failed.
int check_ops(Converter& converter, CheckSize size);

} // namespace boolab::kernels::cuda
