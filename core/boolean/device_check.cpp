// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/device_check.h"

#include "kernels/bool_kernels.h"
#include "kernels/isa.h"

namespace boolab
{

kernels::cuda::Failure differsFromCpu(const kernels::cuda::Device& device, const std::string& what)
{
    return {kernels::cuda::Failure::Kind::Runtime,
            "CUDA device " + std::to_string(device.index) + " (" + device.name + "): " + what +
                " of a small layer differ from the CPU's",
            "Run boolab_cuda_selftest and report what it prints."};
}

// Neither name can be refused: both are supported everywhere.
VectorCode::VectorCode() : m_wasScalar(kernels::reference_forced())
{
    if (m_wasScalar) (void)kernels::force_isa(kernels::supported_isas().front());
}

VectorCode::~VectorCode()
{
    if (m_wasScalar) (void)kernels::force_isa("reference");
}

void drawNormal(std::mt19937& generator, std::initializer_list<std::vector<float>*> vectors)
{
    std::normal_distribution<float> normal;
    for (auto* values : vectors)
        for (float& value : *values)
            value = normal(generator);
}

std::vector<std::uint8_t> drawBits(std::mt19937& generator, std::int64_t rows, std::int64_t N)
{
    std::vector<std::uint8_t> bits(static_cast<std::size_t>(rows * kernels::row_bytes(N)));
    for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = 0; j < N; ++j)
            if (generator() & 1u)
                bits[static_cast<std::size_t>(i * kernels::row_bytes(N) + j / 8)] |=
                    static_cast<std::uint8_t>(1 << (j % 8));
    return bits;
}

} // namespace boolab
