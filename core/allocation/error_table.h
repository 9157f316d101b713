// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace boolab
{

/// What one linear layer loses with 1 … K_max kernels. Element k - 1 belongs to k kernels.
struct LayerErrors {
    std::string name; ///< "model.layers.0.self_attn.q_proj"
    std::int64_t outFeatures = 0, inFeatures = 0;
    std::vector<double> weightError; ///< ||W - What||^2 / ||W||^2, column-weighted where calibrated
    std::vector<double>
        outputError; ///< ||(W - What) x||^2 / ||W x||^2, sums over tokens; empty without calibration
    std::vector<double> lossError; ///< predicted rise of the loss, nats per token; empty where not measured
    std::optional<double> pwcca;   ///< PWCCA of inputs and outputs in [0, 1] (arXiv 1806.05759)

    double weights() const { return static_cast<double>(outFeatures) * static_cast<double>(inFeatures); }
};

/// The table that every allocation of a model by a method is solved from. Made once by the engine, kept as a
/// JSON file in the cache.
struct ErrorTable {
    std::string model;  ///< path as given when it was measured
    std::string method; ///< "svid", "refined", "calibrated", "gptq"
    std::vector<LayerErrors> layers;

    std::int64_t maxKernels() const;
    double weights() const; ///< of all layers

    static Result<ErrorTable> read(const std::filesystem::path& path);
    Status write(const std::filesystem::path& path) const;
};

} // namespace boolab
