// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/experiment_store.h"

#include <map>
#include <span>

namespace boolab
{

/// What a comparison shows of one run beside its curves.
struct ComparedRun {
    RunRecord run;
    std::vector<MetricSummary> curves;
    std::vector<std::string> layers; ///< in execution order; empty: nothing is known of layers
    /// By "kernel_count", "relative_error" and "scale_drift", in the order of the layers.
    std::map<std::string, std::vector<float>> layerValues;
    RunId layersFrom = 0; ///< the run that tells of the layers: this one, or the conversion its model is of
    std::vector<RunSample> samples; ///< oldest first
    double kernels = 0;             ///< nominalKernels(); 0: not known
};

/// Evaluations of the models that these runs left, which are not among them, newest first.
std::vector<RunId> evaluationsOf(std::span<const ComparedRun> runs, const std::vector<RunRecord>& all);

/// In the order of `ids`; runs that are deleted or were never there are left out, as are doubles.
Result<std::vector<ComparedRun>> readComparedRuns(const ExperimentStore& store, std::span<const RunId> ids,
                                                  const std::vector<RunRecord>& all);

} // namespace boolab
