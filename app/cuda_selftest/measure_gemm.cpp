// SPDX-License-Identifier: Apache-2.0
#include "app/cuda_selftest/measure_gemm.h"

#include <cstdio>
#include <vector>

#include "app/cuda_selftest/best_seconds.h"
#include "kernels/cuda/device_array.h"
#include "tests/cuda/gemm_problem.h"

using namespace boolab::kernels::cuda;

namespace
{

constexpr std::int64_t kKernels = 2;
/// More than any device's caches hold: copies of a layer are read in turn.
constexpr std::int64_t kColdBytes = std::int64_t(256) << 20;
constexpr int kRounds = 4;

struct Measured {
    std::vector<PackedLayer> copies;
    DeviceArray x, y;
};

Outcome<Measured> prepare(const Device& device, GemmProblem& problem)
{
    Measured measured;
    const auto bytes = std::int64_t(problem.bits.size());
    for (std::int64_t read = 0; read < kColdBytes; read += bytes) {
        auto copy = PackedLayer::upload(device, problem.layer());
        if (!copy) return std::unexpected(copy.error());
        measured.copies.push_back(std::move(*copy));
    }
    auto x = DeviceArray::allocate(device, std::int64_t(problem.x.size() * sizeof(float)));
    if (!x) return std::unexpected(x.error());
    if (auto done = x->write(problem.x.data()); !done) return std::unexpected(done.error());
    auto y = DeviceArray::allocate(device, problem.T * problem.M * std::int64_t(sizeof(float)));
    if (!y) return std::unexpected(y.error());
    measured.x = std::move(*x);
    measured.y = std::move(*y);
    return measured;
}

} // namespace

bool measure_gemm(BoolGemm& gemm, std::int64_t M, std::int64_t N)
{
    for (const std::int64_t T : {1, 4, 16}) {
        GemmProblem problem(kKernels, M, N, T);
        auto measured = prepare(gemm.device(), problem);
        if (!measured) {
            std::printf("  FAILED: %s\n", measured.error().message.c_str());
            return false;
        }
        for (const GemmPath path : {GemmPath::Bits, GemmPath::Bytes}) {
            if (path == GemmPath::Bits && (!gemm.hasBits() || T > 4)) continue;
            bool done = true;
            const double seconds = best_seconds([&] {
                for (int round = 0; round < kRounds; ++round)
                    for (const PackedLayer& layer : measured->copies)
                        done = done && gemm.run(layer, measured->x.as<float>(), T, measured->y.as<float>(),
                                                nullptr, path);
                done = done && wait_for(gemm.device());
            });
            if (!done) {
                std::printf("  FAILED: bool_gemm, %s\n", problem.name.c_str());
                return false;
            }
            const double each = seconds / (kRounds * double(measured->copies.size()));
            std::printf("  bool_gemm by %-5s  %s  %8.2f us  %7.1f GB/s of bits  %7.0f Gw/s\n",
                        path == GemmPath::Bits ? "bits" : "bytes", problem.name.c_str(), each * 1e6,
                        double(problem.bits.size()) * 1e-9 / each, double(kKernels * M * N) * 1e-9 / each);
        }
    }
    return true;
}
