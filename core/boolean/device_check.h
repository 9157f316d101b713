// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/device_array.h"

#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace boolab
{

/// The failure of a device that gave other bits than the CPU: `what` ("the dense weights") of a small layer.
kernels::cuda::Failure differsFromCpu(const kernels::cuda::Device& device, const std::string& what);

/// Samples of the checks: numbers of the standard normal distribution, and rows of N random bits, padded with
/// 0.
void drawNormal(std::mt19937& generator, std::initializer_list<std::vector<float>*> vectors);
std::vector<std::uint8_t> drawBits(std::mt19937& generator, std::int64_t rows, std::int64_t N);

/// While one lives the CPU's ops are its vector code, whose order of sums the devices have, also where the
/// scalar loops are forced. Not while ops run elsewhere.
class VectorCode
{
public:
    VectorCode();
    ~VectorCode();
    VectorCode(const VectorCode&) = delete;
    VectorCode& operator=(const VectorCode&) = delete;

private:
    bool m_wasScalar;
};

/// Vectors on the host and their copies on a device, which are compared with them bit for bit: what the
/// checks at start are made of. The first failure is kept, later ones are not worth telling.
class DeviceCheck
{
public:
    explicit DeviceCheck(const kernels::cuda::Device& device) : m_device(device) {}

    /// Where the copy lies; null once something has failed.
    template <class T> T* upload(const std::vector<T>& values)
    {
        auto array = kernels::cuda::DeviceArray::allocate(
            m_device, static_cast<std::int64_t>(values.size() * sizeof(T)));
        if (!array) {
            note(array.error());
            return nullptr;
        }
        m_arrays.push_back(std::move(*array));
        note(m_arrays.back().write(values.data()));
        return m_arrays.back().as<T>();
    }

    template <class T> void compare(const std::string& what, const T* there, const std::vector<T>& expected)
    {
        std::vector<T> values(expected.size());
        for (const kernels::cuda::DeviceArray& array : m_arrays)
            if (array.as<T>() == there) note(array.read(values.data()));
        if (values != expected) note(differsFromCpu(m_device, what));
    }

    template <class T> void note(const kernels::cuda::Outcome<T>& done)
    {
        if (!done) note(done.error());
    }

    kernels::cuda::Outcome<void> result() const
    {
        if (m_failures.empty()) return {};
        return std::unexpected(m_failures.front());
    }

private:
    void note(const kernels::cuda::Failure& failure) { m_failures.push_back(failure); }

    const kernels::cuda::Device& m_device;
    std::vector<kernels::cuda::DeviceArray> m_arrays;
    std::vector<kernels::cuda::Failure> m_failures;
};

} // namespace boolab
