// SPDX-License-Identifier: Apache-2.0
// The part of the CUDA runtime that the ops call, on the emulated device (cuda_emulation.h).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tests/cuda/cuda_emulation.h"

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101,
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
using cudaStream_t = int*;
struct cudaDeviceProp {
    char name[256];
    int major, minor;
    std::size_t totalGlobalMem;
};

inline const char* cudaGetErrorString(cudaError_t error)
{
    return error == cudaErrorMemoryAllocation ? "out of memory" : "emulated error";
}
inline cudaError_t cudaGetLastError()
{
    return cudaSuccess;
}
inline cudaError_t cudaDriverGetVersion(int* version)
{
    *version = emulation::device.driverVersion;
    return cudaSuccess;
}
inline cudaError_t cudaRuntimeGetVersion(int* version)
{
    *version = 13000;
    return cudaSuccess;
}
inline cudaError_t cudaGetDeviceCount(int* count)
{
    *count = emulation::device.count;
    if (emulation::device.driverVersion < 13000) return cudaErrorInsufficientDriver;
    return *count > 0 ? cudaSuccess : cudaErrorNoDevice;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int index)
{
    if (index < 0 || index >= emulation::device.count) return cudaErrorInvalidDevice;
    *properties = {"emulated device", emulation::device.major, emulation::device.minor,
                   emulation::device.memoryBytes};
    return cudaSuccess;
}
inline cudaError_t cudaSetDevice(int index)
{
    return index >= 0 && index < emulation::device.count ? cudaSuccess : cudaErrorInvalidDevice;
}
inline cudaError_t cudaMemGetInfo(std::size_t* available, std::size_t* total)
{
    *total = emulation::device.memoryBytes;
    *available = *total - emulation::device.usedBytes;
    return cudaSuccess;
}
inline cudaError_t cudaStreamCreate(cudaStream_t* stream)
{
    *stream = new int(0);
    return cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    delete stream;
    return cudaSuccess;
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t)
{
    return cudaSuccess;
}

inline cudaError_t cudaDeviceSynchronize()
{
    return cudaSuccess;
}

namespace emulation
{

/// Device memory that is there, and its size.
inline std::map<char*, std::size_t> allocations;

struct Launch {
    std::string_view kernel; ///< with its namespace and template arguments
    dim3 grid, block;
    std::vector<std::string> arguments; ///< their bytes
};
/// Sees every launch before and after it has run.
class Observer
{
public:
    virtual ~Observer() = default;
    virtual void before(const Launch& launch) = 0;
    virtual void after() = 0;
};
inline Observer* observer = nullptr;

template <auto kKernel> std::string_view kernelName()
{
    const std::string_view text = __PRETTY_FUNCTION__, mark = "kKernel = ";
    const std::size_t begin = text.find(mark) + mark.size();
    return text.substr(begin, text.find_first_of(";]", begin) - begin);
}

template <class... Parameters>
void startObserved(void (*kernel)(Parameters...), std::string_view name, dim3 grid, dim3 block,
                   std::type_identity_t<Parameters>... arguments)
{
    if (observer) {
        const auto bytes = [](const auto& value) {
            return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
        };
        observer->before({name, grid, block, {bytes(arguments)...}});
    }
    launch(grid, block, [&] { kernel(arguments...); });
    if (observer) observer->after();
}

template <auto kKernel, class... Arguments> void start(dim3 grid, dim3 block, const Arguments&... arguments)
{
    startObserved(kKernel, kernelName<kKernel>(), grid, block, arguments...);
}

} // namespace emulation

/// Blocks of exact size, so that AddressSanitizer sees the first byte beyond; what is not written reads as
/// NaN.
template <class T> cudaError_t cudaMalloc(T** pointer, std::size_t bytes)
{
    constexpr std::size_t kHeader = 64;
    emulation::Device& device = emulation::device;
    if (device.usedBytes + bytes > device.memoryBytes) return cudaErrorMemoryAllocation;
    device.usedBytes += bytes;
    auto* block = static_cast<char*>(std::malloc(kHeader + bytes));
    std::memcpy(block, &bytes, sizeof(bytes));
    std::memset(block + kHeader, 0xff, bytes);
    *pointer = reinterpret_cast<T*>(block + kHeader);
    emulation::allocations[block + kHeader] = bytes;
    return cudaSuccess;
}
inline cudaError_t cudaFree(void* pointer)
{
    if (!pointer) return cudaSuccess;
    char* block = static_cast<char*>(pointer) - 64;
    std::size_t bytes = 0;
    std::memcpy(&bytes, block, sizeof(bytes));
    emulation::device.usedBytes -= bytes;
    emulation::allocations.erase(static_cast<char*>(pointer));
    std::free(block);
    return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void* target, int value, std::size_t bytes, cudaStream_t)
{
    std::memset(target, value, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMemcpyAsync(void* target, const void* source, std::size_t bytes, cudaMemcpyKind,
                                   cudaStream_t)
{
    std::memcpy(target, source, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaMemcpy2DAsync(void* target, std::size_t targetPitch, const void* source,
                                     std::size_t sourcePitch, std::size_t width, std::size_t height,
                                     cudaMemcpyKind, cudaStream_t)
{
    for (std::size_t i = 0; i < height; ++i)
        std::memcpy(static_cast<char*>(target) + i * targetPitch,
                    static_cast<const char*>(source) + i * sourcePitch, width);
    return cudaSuccess;
}

#define BOOLAB_CUDA_LAUNCH(kernel, grid, block, stream, ...)                                                 \
    ((void)(stream), ::emulation::start<(kernel)>((grid), (block), __VA_ARGS__))
