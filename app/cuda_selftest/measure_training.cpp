// SPDX-License-Identifier: Apache-2.0
#include "app/cuda_selftest/measure_training.h"

#include <cstdio>

#include "app/cuda_selftest/best_seconds.h"
#include "tests/cuda/training_problem.h"

using namespace boolab::kernels;
using namespace boolab::kernels::cuda;

namespace
{

constexpr std::int64_t kKernels = 2;
/// Twice G; momentum in and out; the bits of all kernels, then of the trained one.
constexpr double kBytesPerWeight = 2 * 4 + 2 * 2 + (double(kKernels) + 1) / 8;

} // namespace

bool measure_training(TrainingOps& ops, std::int64_t M, std::int64_t N)
{
    const TrainingProblem problem(kKernels, M, N);
    DeviceTraining training(ops, problem);
    FlipConfig config{.cap = 1e-3, .seed = 1};
    // Uploads G; bits flip from then on.
    bool done = training.step(problem.gradient(config), config).has_value();
    const double seconds = best_seconds([&] {
        ++config.step;
        done = done && training.again(config).has_value() && wait_for(ops.device()).has_value();
    });
    if (!done) {
        std::printf("  FAILED: training, %s\n", problem.name.c_str());
        return false;
    }
    std::printf("  scale gradients and flip step  %s  %9.3f ms  %7.1f GB/s\n", problem.name.c_str(),
                seconds * 1e3, kBytesPerWeight * double(M * N) * 1e-9 / seconds);
    return true;
}
