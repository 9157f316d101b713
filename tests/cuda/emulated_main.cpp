// SPDX-License-Identifier: Apache-2.0
// The CUDA ops on the emulated device, in several orders of threads and blocks. Exit code 0: all checks hold.
// Plain, so that sanitizers see nothing but the ops; with an argument only so many orders.
#include <cstdio>
#include <cstdlib>

#include "tests/cuda/dense_checks.h"
#include "tests/cuda/gemm_checks.h"
#include "tests/cuda/training_checks.h"

int main(int count, char** arguments)
{
    using namespace boolab::kernels::cuda;
    const unsigned orders = count > 1 ? unsigned(std::atoi(arguments[1])) : 5;
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
                    check_training(**training, CheckSize::Small);
        if (failures > 0) break;
        failures += check_ops(**converter, CheckSize::Small);
    }
    std::printf("%u orders, %d checks failed\n", orders, failures);
    return failures > 0;
}
