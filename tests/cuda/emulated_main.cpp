// SPDX-License-Identifier: Apache-2.0
// emulated ORDERS GOLDEN: the CUDA ops on the emulated device, in so many orders of threads and blocks,
// against the CPU's and against golden vectors. Exit code 0: all checks hold. Plain, so that sanitizers see
// nothing but the ops.
#include <cstdio>
#include <cstdlib>

#include "tests/cuda/dense_checks.h"
#include "tests/cuda/gemm_checks.h"
#include "tests/cuda/training_checks.h"

int main(int count, char** arguments)
{
    using namespace boolab::kernels::cuda;
    if (count != 3) return 2;
    const unsigned orders = unsigned(std::atoi(arguments[1]));
    const auto golden = boolab::kernels::readGoldenVectors(arguments[2]);
    if (!golden) {
        std::fprintf(stderr, "%s\n", golden.error().text().c_str());
        return 2;
    }
    int failures = 0;
    for (unsigned order = 0; order < orders; ++order) {
        emulation::order = (order + 2) % 5; // random ones first: they find most
        auto converter = Converter::open(0);
        auto gemm = BoolGemm::open(0);
        auto training = TrainingOps::open(0);
        if (!converter || !gemm || !training) {
            std::fprintf(stderr, "check failed: no device\n");
            return 1;
        }
        failures += check_gemm(**gemm, CheckSize::Small) + check_dense((*gemm)->device()) +
                    check_training(**training, CheckSize::Small) + check_golden(**gemm, golden->gemm) +
                    check_golden(**training, golden->flips);
        if (failures > 0) break;
        failures += check_ops(**converter, CheckSize::Small);
    }
    std::printf("%u orders, %d checks failed\n", orders, failures);
    return failures > 0;
}
