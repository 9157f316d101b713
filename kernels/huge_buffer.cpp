// SPDX-License-Identifier: Apache-2.0
#include "kernels/huge_buffer.h"

#include <new>
#include <sys/mman.h>

namespace boolab::kernels
{

namespace
{

constexpr std::size_t kHugePage = std::size_t{2} << 20;

} // namespace

HugeBuffer::HugeBuffer(std::int64_t bytes)
    : m_mappedBytes((std::size_t(bytes > 0 ? bytes : 1) + 2 * kHugePage - 1) / kHugePage * kHugePage)
{
    void* mapped = mmap(nullptr, m_mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    m_mapped = mapped;
    const auto address = reinterpret_cast<std::uintptr_t>(mapped);
    m_data = reinterpret_cast<std::uint8_t*>((address + kHugePage - 1) / kHugePage * kHugePage);
#if defined(MADV_HUGEPAGE)
    madvise(m_data, m_mappedBytes - kHugePage, MADV_HUGEPAGE); // where it is refused, the pages are small
#endif
}

HugeBuffer::~HugeBuffer()
{
    if (m_mapped) munmap(m_mapped, m_mappedBytes);
}

} // namespace boolab::kernels
