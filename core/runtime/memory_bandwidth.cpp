// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/memory_bandwidth.h"

#include "kernels/huge_buffer.h"
#include "kernels/read_memory.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>

namespace boolab
{

double memoryBandwidth(int threads, double seconds)
{
    using Clock = std::chrono::steady_clock;
    constexpr std::int64_t kBytes = std::int64_t{256} << 20;
    kernels::HugeBuffer memory(kBytes);
    std::memset(memory.data(), 1, static_cast<std::size_t>(kBytes));
    const auto since = [](Clock::time_point start) {
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    double best = std::numeric_limits<double>::infinity();
    [[maybe_unused]] volatile std::uint64_t words = 0;
    const auto start = Clock::now();
    do {
        const auto before = Clock::now();
        words = kernels::read_memory(memory.data(), kBytes, threads);
        best = std::min(best, since(before));
    } while (since(start) < seconds);
    return static_cast<double>(kBytes) / best;
}

} // namespace boolab
