// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/run_relations.h"

namespace boolab
{

/// K: Boolean kernels per converted weight of the model that `run` made or worked on (a mean where layers
/// differ), which is its nominal bits per weight. From the run's result, else from that of the conversion
/// behind, else the most of a layer; 0: not known, or the model is not Boolean.
double nominalKernels(const RunRecord& run, const RunRelations& relations);

} // namespace boolab
