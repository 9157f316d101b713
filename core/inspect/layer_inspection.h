// SPDX-License-Identifier: Apache-2.0
// One layer of a model looked at closely, from its files alone.
#pragma once

#include "core/formats/model_files.h"
#include "core/inspect/value_spread.h"

#include <cstdint>
#include <string>
#include <vector>

namespace boolab
{

/// One kernel diag(u) B diag(v) of a layer.
struct KernelInspection {
    std::vector<float> scaleOut, scaleIn; ///< u (out), v (in)
    ValueSpread outSpread, inSpread;
    double plusShare = 0; ///< of +1 among its signs
};

struct LayerInspection {
    std::string model, name;
    std::int64_t outFeatures = 0, inFeatures = 0;
    std::string dtype;                     ///< of the scales, or of the dense weight
    std::int64_t bytes = 0;                ///< bits and scales, or the dense weight; without a bias
    double bitsPerWeight = 0;              ///< 8 * bytes / weights: of this layer, with its scales
    double modelBits = 0;                  ///< ModelFiles::bitsPerWeight()
    double modelBitsAll = 0;               ///< ModelFiles::bitsPerWeightAll()
    std::int64_t modelBytes = 0;           ///< of all weight files
    std::vector<std::uint8_t> bits;        ///< (K, out, ceil(in / 8)), as BooleanLayerView has them
    std::vector<KernelInspection> kernels; ///< empty: the layer is dense

    bool isDense() const { return kernels.empty(); }
    std::int64_t kernelCount() const { return static_cast<std::int64_t>(kernels.size()); }
    std::int64_t rowBytes() const { return (inFeatures + 7) / 8; }
    /// Packed signs of a row of a kernel.
    std::span<const std::uint8_t> row(std::int64_t kernel, std::int64_t row) const;
    bool isPlus(std::int64_t kernel, std::int64_t row, std::int64_t column) const;
};

/// Copies what it shows, so the files may be closed. Errors: no such layer, scales that are not finite.
Result<LayerInspection> inspectLayer(const ModelFiles& files, const std::string& name);

/// ||W - W_k||^2 / ||W||^2 with the first k = 1 … K kernels, W the layer's weight in `original`. Errors: a
/// layer that is missing there, has another shape, is Boolean itself, or is not finite.
Result<std::vector<double>> weightErrors(const LayerInspection& layer, const ModelFiles& original);

/// BadInput unless `original` has the layer, dense and of its shape.
Status checkOriginal(const LayerInspection& layer, const ModelFiles& original);

} // namespace boolab
