// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace boolab::kernels
{

/// body(0) … body(count - 1), in any order, on at most `threads` threads, of which the caller is one. Returns
/// when all are done; the first exception is thrown on. Worker threads start at the first need and sleep
/// between calls. A call from inside a body, or while another thread's call is under way, runs on the calling
/// thread alone: an op must not depend on where a piece runs.
void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body);

} // namespace boolab::kernels
