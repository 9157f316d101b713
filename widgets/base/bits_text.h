// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <nlohmann/json.hpp>

namespace boolab::ui
{

/// What a model's bits are worth only together: nominal (K), of the converted layers with their scales, over
/// the whole file, and the file's size.
struct HonestBits {
    double perWeight = 0, perWeightAll = 0;
    double fileBytes = 0;
    double kernels = 0; ///< K

    /// From bits_per_weight, bits_per_weight_all, file_bytes and kernels or max_kernels; 0 where they are
    /// missing. `kernels`: K where it is better known than by the JSON.
    static HonestBits from(const nlohmann::json& json, double kernels = 0);
    bool isKnown() const { return perWeight > 0; }
    /// "K = 2.5 · 2.61 bits per weight with scales · 5.31 over the whole file · 89.4 MB"; what is unknown is
    /// left out.
    QString text() const;
    /// "K 2.5 · 2.61 · 5.31 · 89.4 MB", for narrow columns.
    QString shortText() const;
};

} // namespace boolab::ui
