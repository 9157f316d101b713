// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/device_array.h"

#include "kernels/cuda/explain.h"

namespace boolab::kernels::cuda
{

namespace
{

std::string an_array()
{
    return "an array";
}

Outcome<void> transfer(const Device& device, void* to, const void* from, std::int64_t bytes,
                       cudaMemcpyKind kind)
{
    return on_device(device, an_array, bytes, [&] {
        const Stream stream;
        check(cudaDeviceSynchronize(), "waiting for the device");
        copy(static_cast<char*>(to), static_cast<const char*>(from), bytes, kind, stream);
        stream.wait();
    });
}

} // namespace

Outcome<DeviceArray> DeviceArray::allocate(const Device& device, std::int64_t bytes)
{
    DeviceArray array;
    array.m_device = device;
    array.m_bytes = bytes;
    char* data = nullptr;
    const auto done = on_device(device, an_array, bytes, [&] {
        check(cudaMalloc(&data, std::size_t(bytes)), "allocating device memory");
    });
    if (!done) return std::unexpected(done.error());
    array.m_data = data;
    return array;
}

DeviceArray::~DeviceArray()
{
    cudaFree(m_data);
}

Outcome<void> DeviceArray::write(const void* from)
{
    return transfer(m_device, m_data, from, m_bytes, cudaMemcpyHostToDevice);
}

Outcome<void> DeviceArray::read(void* to) const
{
    return transfer(m_device, to, m_data, m_bytes, cudaMemcpyDeviceToHost);
}

Outcome<void> wait_for(const Device& device)
{
    return on_device(
        device, [] { return std::string("a wait"); }, 0,
        [] { check(cudaDeviceSynchronize(), "waiting for the device"); });
}

} // namespace boolab::kernels::cuda
