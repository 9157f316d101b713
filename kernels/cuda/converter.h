// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/cuda/devices.h"
#include "kernels/svid.h"

namespace boolab::kernels::cuda
{

/// svid and refine (kernels/svid.h) on one CUDA device: the weight goes in, packed bits, scales and errors
/// come out, equal bit for bit to what the vector code gives. Keeps its device memory for the next layer. One
/// thread at a time.
class Converter
{
public:
    /// Fails where the device cannot be used.
    static Outcome<std::unique_ptr<Converter>> open(int index);
    ~Converter();
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    const Device& device() const;
    /// Arguments as for kernels::svid and kernels::refine, in host memory. `layer` is unspecified after a
    /// failure.
    Outcome<void> svid(const float* W, const BoolKernels& layer, double* errors);
    Outcome<void> refine(const float* W, const float* columnWeights, const RefineConfig& config,
                         const BoolKernels& layer, double* errors);

private:
    struct Impl;
    explicit Converter(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab::kernels::cuda
