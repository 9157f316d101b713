// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <QString>
#include <filesystem>
#include <map>

namespace boolab::ui
{

/// What a run has told of its layers so far, in their order.
struct RunLayerValues {
    struct Shape {
        std::int64_t out = 0, in = 0;
    };

    std::vector<std::string> names;
    std::vector<float> counts, errors;             ///< NaN: not yet, or dense
    std::map<int, std::vector<float>> errorsAfter; ///< by kernels
    std::map<std::string, Shape> shapes;           ///< by name

    void take(const LayerStats& stats);
    std::vector<double> weights() const; ///< 0 where unknown
    /// One row per layer.
    QString csv() const;
};

/// Of the linear layers of a model; empty where it cannot be read.
std::map<std::string, RunLayerValues::Shape> readShapes(const std::filesystem::path& model);

} // namespace boolab::ui
