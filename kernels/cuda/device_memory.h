// SPDX-License-Identifier: Apache-2.0
// Inside the CUDA ops: the runtime's errors as exceptions, which end at Converter's methods, and owners of
// device memory and streams.
#pragma once

#include "kernels/cuda/failure.h"
#include "kernels/cuda/language.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace boolab::kernels::cuda
{

struct RuntimeError {
    cudaError_t code;
    const char* place;
};

inline void check(cudaError_t code, const char* place)
{
    if (code != cudaSuccess) throw RuntimeError{code, place};
}

class Stream
{
public:
    Stream() { check(cudaStreamCreate(&m_stream), "making a stream"); }
    ~Stream() { cudaStreamDestroy(m_stream); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    cudaStream_t get() const { return m_stream; }
    void wait() const { check(cudaStreamSynchronize(m_stream), "waiting for the device"); }

private:
    cudaStream_t m_stream{};
};

/// Device memory that grows and never shrinks. What it held is lost when it grows.
template <class T> class DeviceBuffer
{
public:
    DeviceBuffer() = default;
    ~DeviceBuffer() { cudaFree(m_data); }
    DeviceBuffer(const DeviceBuffer&) = delete;
    DeviceBuffer& operator=(const DeviceBuffer&) = delete;

    T* reserve(std::int64_t count)
    {
        if (count <= m_count) return m_data;
        release();
        check(cudaMalloc(&m_data, std::size_t(count) * sizeof(T)), "allocating device memory");
        m_count = count;
        return m_data;
    }

    void release()
    {
        cudaFree(std::exchange(m_data, nullptr));
        m_count = 0;
    }

    T* data() const { return m_data; }

private:
    T* m_data = nullptr;
    std::int64_t m_count = 0;
};

template <class T>
void copy(T* target, const T* source, std::int64_t count, cudaMemcpyKind kind, const Stream& stream)
{
    if (count == 0) return;
    check(cudaMemcpyAsync(target, source, std::size_t(count) * sizeof(T), kind, stream.get()), "copying");
}

} // namespace boolab::kernels::cuda
