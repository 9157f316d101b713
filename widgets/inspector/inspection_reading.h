// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/layer_inspection.h"

#include <QString>
#include <memory>
#include <optional>

namespace boolab::ui
{

/// Which layer of which model to look at, and what is known of where the model came from.
struct InspectionRequest {
    QString model, layer;
    QString original;    ///< the full-precision model; empty: not known
    QString text;        ///< to probe with; empty: the built-in one
    QString unavailable; ///< why there is no model to look at yet; empty: there should be one
};

/// What the files say: read in a thread, shown by the inspector.
struct InspectionReading {
    std::shared_ptr<const LayerInspection> layer; ///< null: `problem` says why
    QString problem;
    std::vector<std::string> layerNames;
    std::vector<double> weightErrors; ///< empty where `originalProblem` says why, or no original is named
    QString originalProblem;
    std::int64_t fileBytes = 0; ///< of both models
};

InspectionReading readInspection(const InspectionRequest& request);

/// What a probe text brought out (boolab-cli inspect --layer).
struct ProbeResult {
    std::vector<double> outputError,
        outputErrorInModel;                       ///< with the first 1 … K kernels; empty without original
    std::vector<double> outputRms;                ///< (K)
    std::vector<std::vector<double>> correlation; ///< (K, K)
    QString text;
    std::int64_t tokens = 0;

    /// Nothing where `json` is not what inspect --layer prints.
    static std::optional<ProbeResult> from(const nlohmann::json& json);
};

} // namespace boolab::ui
