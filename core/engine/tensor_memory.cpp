// SPDX-License-Identifier: Apache-2.0
#include "core/engine/tensor_memory.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <new>
#include <sys/mman.h>

namespace boolab
{

namespace
{

constexpr std::size_t kPage = 4096, kHugePage = std::size_t{2} << 20, kArena = std::size_t{64} << 20;

std::size_t roundedUp(std::size_t bytes, std::size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

TensorArenas& arenas()
{
    // Never destroyed: tensors may outlive every static object.
    static auto* s_arenas = new TensorArenas;
    return *s_arenas;
}

void release(void* memory)
{
    if (!arenas().giveBack(memory)) c10::free_cpu(memory);
}

class ArenaAllocator final : public c10::Allocator
{
public:
    c10::DataPtr allocate(std::size_t bytes) override
    {
        const bool middle = bytes >= TensorArenas::kSmallest && bytes <= TensorArenas::kLargest;
        void* memory = middle ? arenas().take(bytes) : c10::alloc_cpu(bytes);
        return {memory, memory, middle ? &release : &c10::free_cpu, c10::Device(c10::DeviceType::CPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* destination, const void* source, std::size_t count) const override
    {
        default_copy_data(destination, source, count);
    }
};

} // namespace

void useTensorArenas()
{
    static ArenaAllocator s_allocator;
    c10::SetCPUAllocator(&s_allocator);
}

void* TensorArenas::take(std::size_t bytes)
{
    const std::size_t size = roundedUp(bytes, kPage);
    const std::lock_guard lock(m_mutex);
    auto fit = m_freeBySize.lower_bound({size, nullptr});
    if (fit == m_freeBySize.end()) {
        mapArena();
        fit = m_freeBySize.lower_bound({size, nullptr});
    }
    std::byte* start = fit->second;
    const std::size_t whole = fit->first;
    removeFree(m_freeByAddress.find(start));
    if (whole > size) addFree(start + size, whole - size);
    m_taken.emplace(start, size);
    return start;
}

bool TensorArenas::giveBack(void* memory)
{
    const std::lock_guard lock(m_mutex);
    const auto taken = m_taken.find(memory);
    if (taken == m_taken.end()) return false;
    auto* start = static_cast<std::byte*>(memory);
    std::size_t size = taken->second;
    m_taken.erase(taken);
    const auto after = m_freeByAddress.find(start + size);
    if (after != m_freeByAddress.end()) {
        size += after->second;
        removeFree(after);
    }
    auto before = m_freeByAddress.lower_bound(start);
    if (before != m_freeByAddress.begin() && (--before)->first + before->second == start) {
        start = before->first;
        size += before->second;
        removeFree(before);
    }
    addFree(start, size);
    return true;
}

void TensorArenas::addFree(std::byte* start, std::size_t bytes)
{
    m_freeByAddress.emplace(start, bytes);
    m_freeBySize.emplace(bytes, start);
}

void TensorArenas::removeFree(std::map<std::byte*, std::size_t>::iterator at)
{
    m_freeBySize.erase({at->second, at->first});
    m_freeByAddress.erase(at);
}

void TensorArenas::mapArena()
{
    void* memory =
        mmap(nullptr, kArena + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    // What lies before the first huge page is never touched, so it takes no memory.
    const std::size_t skip =
        roundedUp(reinterpret_cast<std::size_t>(memory), kHugePage) - reinterpret_cast<std::size_t>(memory);
    std::byte* start = static_cast<std::byte*>(memory) + skip;
    madvise(start, kArena, MADV_HUGEPAGE);
    m_mapped += kArena;
    addFree(start, kArena);
}

} // namespace boolab
