// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "kernels/cuda/devices.h"

namespace boolab::kernels::cuda
{

/// Memory of one device for callers that hold no other (LibTorch's tensors serve as well). Owns it; movable.
class DeviceArray
{
public:
    static Outcome<DeviceArray> allocate(const Device& device, std::int64_t bytes);
    DeviceArray() = default;
    DeviceArray(DeviceArray&& other) noexcept { *this = std::move(other); }
    DeviceArray& operator=(DeviceArray&& other) noexcept
    {
        std::swap(m_device, other.m_device);
        std::swap(m_data, other.m_data);
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~DeviceArray();

    template <class T> T* as() const { return static_cast<T*>(m_data); }
    std::int64_t bytes() const { return m_bytes; }
    /// All bytes, from or to host memory; waits for the device.
    Outcome<void> write(const void* from);
    Outcome<void> read(void* to) const;

private:
    Device m_device;
    void* m_data = nullptr;
    std::int64_t m_bytes = 0;
};

/// Waits for everything that was started on the device.
Outcome<void> wait_for(const Device& device);

} // namespace boolab::kernels::cuda
