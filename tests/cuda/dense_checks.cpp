// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/dense_checks.h"

#include <cstdio>
#include <cstring>
#include <limits>

#include "kernels/cuda/device_array.h"
#include "kernels/dense_weight.h"
#include "tests/cuda/gemm_problem.h"

namespace boolab::kernels::cuda
{

namespace
{

/// A copy of `values` in the device's memory.
template <class T> DeviceArray uploaded(const Device& device, const std::vector<T>& values)
{
    auto array = DeviceArray::allocate(device, std::int64_t(values.size() * sizeof(T)));
    if (!array || !array->write(values.data())) return {};
    return std::move(*array);
}

/// W as T: float or bfloat16's bits.
template <class T> Outcome<std::vector<T>> computed(const Device& device, GemmProblem& problem, bool rows)
{
    std::vector<T> W(std::size_t(problem.M * problem.N));
    const DeviceArray bits = uploaded(device, problem.bits), scaleOut = uploaded(device, problem.scaleOut),
                      scaleIn = uploaded(device, problem.scaleIn), result = uploaded(device, W);
    const BoolKernels onDevice{
        problem.K, problem.M, problem.N, bits.as<std::uint8_t>(), scaleOut.as<float>(), scaleIn.as<float>()};
    const auto packed = PackedLayer::upload(device, problem.layer());
    if (!packed) return std::unexpected(packed.error());
    Outcome<void> done;
    if constexpr (sizeof(T) == sizeof(float))
        done = rows ? dense_weight_f32(device, onDevice, result.as<T>(), nullptr)
                    : dense_weight_f32(device, *packed, result.as<T>(), nullptr);
    else
        done = rows ? dense_weight_bf16(device, onDevice, result.as<T>(), nullptr)
                    : dense_weight_bf16(device, *packed, result.as<T>(), nullptr);
    if (done) done = result.read(W.data());
    if (!done) return std::unexpected(done.error());
    return W;
}

class DenseChecker
{
public:
    explicit DenseChecker(const Device& device) : m_device(device) {}

    int failures() const { return m_failures; }

    void sameAsTheCpu(GemmProblem problem)
    {
        std::vector<float> wide(std::size_t(problem.M * problem.N));
        std::vector<std::uint16_t> narrow(wide.size());
        kernels::dense_weight_f32(problem.layer(), wide.data(), 1);
        kernels::dense_weight_bf16(problem.layer(), narrow.data(), 1);
        for (const bool rows : {false, true}) {
            const std::string name =
                std::string("dense weight from ") + (rows ? "rows, " : "fragments, ") + problem.name;
            same(name + ", float", computed<float>(m_device, problem, rows), wide);
            same(name + ", bfloat16", computed<std::uint16_t>(m_device, problem, rows), narrow);
        }
    }

private:
    template <class T>
    void same(const std::string& name, const Outcome<std::vector<T>>& actual, const std::vector<T>& expected)
    {
        std::string what;
        if (!actual)
            what = ": " + actual.error().message;
        else if (!expected.empty() &&
                 std::memcmp(actual->data(), expected.data(), expected.size() * sizeof(T)) != 0)
            what = " differs";
        if (!what.empty() && ++m_failures <= 10)
            std::fprintf(stderr, "check failed: %s%s\n", name.c_str(), what.c_str());
    }

    const Device& m_device;
    int m_failures = 0;
};

} // namespace

int check_dense(const Device& device)
{
    DenseChecker checker(device);
    for (const auto& [M, N] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {1, 1}, {1, 600}, {40, 1}, {15, 31}, {16, 256}, {17, 257}, {33, 521}, {0, 5}, {5, 0}})
        checker.sameAsTheCpu({2, M, N, 0});
    for (std::int64_t K = 0; K <= 8; ++K)
        checker.sameAsTheCpu({K, 18, 35, 0});
    GemmProblem extreme(3, 17, 40, 0);
    extreme.name += ", scales from denormal to Inf";
    for (std::size_t i = 0; i < extreme.scaleOut.size(); ++i)
        extreme.scaleOut[i] *= i % 3 == 0 ? 1e-38f : i % 3 == 1 ? 1e-3f : 1e38f;
    extreme.scaleIn[4] = std::numeric_limits<float>::denorm_min();
    extreme.scaleIn[9] = 0.0f;
    checker.sameAsTheCpu(std::move(extreme));
    return checker.failures();
}

} // namespace boolab::kernels::cuda
