// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace boolab
{

/// Bytes per second at which `threads` threads read memory that no cache holds; the best of what fits
/// `seconds`.
double memoryBandwidth(int threads, double seconds);

} // namespace boolab
