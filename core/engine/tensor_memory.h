// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

namespace boolab
{

/// Gives LibTorch's tensors of middle size memory from arenas in huge pages, best fit first, neighbours
/// joined when freed. A training asks for the same sizes step after step; glibc's aligned allocations cannot
/// reuse a hole of their own size (before 2.38), so its heap grows by a fifth and is faulted in again and
/// again. Memory stays with the process. From the first call on, for the whole process.
void useTensorArenas();

/// The arenas. Safe to use from several threads.
class TensorArenas
{
public:
    static constexpr std::size_t kSmallest = std::size_t{64} << 10;
    static constexpr std::size_t kLargest = std::size_t{32} << 20;

    /// At least `bytes`, on a page's boundary; throws std::bad_alloc.
    void* take(std::size_t bytes);
    /// False where the memory is not of the arenas.
    bool giveBack(void* memory);

    std::size_t mappedBytes() const { return m_mapped; }

private:
    void addFree(std::byte* start, std::size_t bytes);
    void removeFree(std::map<std::byte*, std::size_t>::iterator at);
    void mapArena();

    std::mutex m_mutex;
    std::map<std::byte*, std::size_t> m_freeByAddress;
    std::set<std::pair<std::size_t, std::byte*>> m_freeBySize;
    std::unordered_map<void*, std::size_t> m_taken;
    std::size_t m_mapped = 0;
};

} // namespace boolab
