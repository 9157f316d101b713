// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/device_check.h"

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

} // namespace boolab
