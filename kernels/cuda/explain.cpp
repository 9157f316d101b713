// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/explain.h"

namespace boolab::kernels::cuda
{

namespace
{

std::string mebibytes(std::int64_t bytes)
{
    return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

} // namespace

std::string shape_text(std::int64_t K, std::int64_t M, std::int64_t N)
{
    return std::to_string(M) + " x " + std::to_string(N) + " with " + std::to_string(K) + " kernels";
}

Failure explain(const RuntimeError& error, const Device& device, const std::string& what,
                std::int64_t neededBytes)
{
    cudaGetLastError(); // clears it
    const std::string where = "CUDA device " + std::to_string(device.index) + " (" + device.name + ")";
    if (error.code != cudaErrorMemoryAllocation)
        return {Failure::Kind::Runtime,
                where + ": " + cudaGetErrorString(error.code) + " while " + error.place + ", at " + what,
                "Run boolab_cuda_selftest; if it passes, please report this with the model's name."};
    std::size_t available = 0, total = 0;
    cudaMemGetInfo(&available, &total);
    return {Failure::Kind::OutOfMemory,
            where + ": out of memory at " + what + ": about " + mebibytes(neededBytes) + " are needed, " +
                mebibytes(std::int64_t(available)) + " of " + mebibytes(std::int64_t(total)) + " are free",
            "Close other programs that use the GPU, choose another one with --device cuda:N, or use --device "
            "cpu."};
}

} // namespace boolab::kernels::cuda
