// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

namespace boolab::kernels
{

/// Zeroed scratch memory on a cache line's boundary; throws std::bad_alloc.
template <class T> class AlignedBuffer
{
public:
    explicit AlignedBuffer(std::int64_t size)
        : m_data(static_cast<T*>(::operator new (bytes(size), std::align_val_t{kAlignment})))
    {
        std::memset(m_data.get(), 0, bytes(size));
    }

    T* data() { return m_data.get(); }
    const T* data() const { return m_data.get(); }
    T& operator[](std::int64_t i) { return m_data.get()[i]; }
    const T& operator[](std::int64_t i) const { return m_data.get()[i]; }

private:
    static constexpr std::size_t kAlignment = 64;
    struct Free {
        void operator()(T* p) const { ::operator delete (p, std::align_val_t{kAlignment}); }
    };
    static std::size_t bytes(std::int64_t size) { return sizeof(T) * std::size_t(size > 0 ? size : 1); }

    std::unique_ptr<T, Free> m_data;
};

} // namespace boolab::kernels
