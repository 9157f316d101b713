// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/boolean_model_writer.h"
#include "kernels/bool_kernels.h"

#include <cstdint>
#include <vector>

namespace boolab
{

/// One converted layer and the memory behind it.
struct ConvertedLayer {
    ConvertedLayer(LinearLayerInfo layer, std::int64_t K)
        : info(std::move(layer)), kernelCount(K),
          bits(static_cast<std::size_t>(K * info.outFeatures * kernels::row_bytes(info.inFeatures))),
          scaleOut(static_cast<std::size_t>(K * info.outFeatures)),
          scaleIn(static_cast<std::size_t>(K * info.inFeatures)), errors(static_cast<std::size_t>(K))
    {
    }

    kernels::BoolKernels view()
    {
        return {kernelCount, info.outFeatures, info.inFeatures, bits.data(), scaleOut.data(), scaleIn.data()};
    }

    LinearLayerInfo info;
    std::int64_t kernelCount;
    std::vector<std::uint8_t> bits;       ///< (K, out, ceil(in / 8))
    std::vector<float> scaleOut, scaleIn; ///< (K, out), (K, in)
    /// Relative squared error of the weight with the first 1 … K kernels; in the norm that the method
    /// minimises.
    std::vector<double> errors;
};

} // namespace boolab
