// SPDX-License-Identifier: Apache-2.0
#include "kernels/read_memory.h"

#include <algorithm>
#include <vector>

#include "kernels/highway_config.h"
#include "kernels/thread_pool.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/read_memory.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

namespace hn = hwy::HWY_NAMESPACE;

std::uint64_t xor_words(const std::uint8_t* data, std::int64_t bytes)
{
    const hn::CappedTag<std::uint64_t, 8> d;
    const std::int64_t lanes = std::int64_t(hn::Lanes(d)), words = bytes / 8;
    const auto* from = reinterpret_cast<const std::uint64_t*>(data);
    auto even = hn::Zero(d), odd = even;
    std::int64_t i = 0;
    for (; i + 2 * lanes <= words; i += 2 * lanes) {
        even = hn::Xor(even, hn::Load(d, from + i));
        odd = hn::Xor(odd, hn::Load(d, from + i + lanes));
    }
    for (; i < words; i += lanes)
        even = hn::Xor(even, hn::Load(d, from + i));
    alignas(64) std::uint64_t values[8] = {};
    hn::Store(hn::Xor(even, odd), d, values);
    std::uint64_t all = 0;
    for (const std::uint64_t value : values)
        all ^= value;
    return all;
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(xor_words);

std::uint64_t read_memory(const std::uint8_t* data, std::int64_t bytes, int threads)
{
    constexpr std::int64_t kLine = 64;
    const std::int64_t lines = bytes / kLine, parts = std::max(threads, 1);
    std::vector<std::uint64_t> found(std::size_t(parts), 0);
    parallel_for(parts, threads, [&](std::int64_t part) {
        const std::int64_t begin = lines * part / parts, end = lines * (part + 1) / parts;
        found[std::size_t(part)] =
            HWY_DYNAMIC_DISPATCH(xor_words)(data + begin * kLine, (end - begin) * kLine);
    });
    std::uint64_t all = 0;
    for (const std::uint64_t one : found)
        all ^= one;
    return all;
}

} // namespace boolab::kernels
#endif
