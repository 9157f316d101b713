// SPDX-License-Identifier: Apache-2.0
// From a table of errors and a budget to every layer's kernel count, and to what that will cost.
#pragma once

#include "core/allocation/error_table.h"
#include "core/allocation/layer_pins.h"
#include "core/formats/model_files.h"
#include "core/jobs/conversion_options.h"

#include <optional>

namespace boolab
{

/// What a layer's error counts for (method.md section 3).
enum class Importance {
    None,        ///< e_l[k] f(p_l), f(p) = log(1/p) / p
    Pwcca,       ///< h_l e_l[k] f(p_l), h_l = 1 - PWCCA: what the layer changes about its input
    OutputError, ///< the measured ||(W - What) X||^2 against ||W X||^2
    Loss,        ///< the rise of the loss that the output error predicts (ours)
};

/// "none", "pwcca", "output-error", "loss".
Result<Importance> importanceFromName(const std::string& name);

/// Bytes that the model file will take beside the Boolean bits.
struct StorageCosts {
    double scaleBytes = 2; ///< of one scale
    double denseBytes = 2; ///< of one weight of a layer that stays dense
    double otherBytes = 0; ///< embeddings, norms, biases, header
};

/// Of what a convert job would write from `files`.
StorageCosts storageCostsOf(const ModelFiles& files, const StoredTypes& types);

struct AllocationRequest {
    Importance importance = Importance::Loss;
    double bits = 0;        ///< average kernels per converted weight; 0: targetBytes is the budget
    double targetBytes = 0; ///< size of the weight file
    std::int64_t maxKernels = 8;
    std::vector<LayerPin> pins = {};
    StorageCosts storage = {};
};

struct Allocation {
    std::vector<std::int64_t> counts; ///< in the table's order; 0 stays dense
    double averageKernels = 0;        ///< nominal bits per converted weight
    double bitsPerWeight = 0;         ///< with the scales
    double fileBytes = 0;
    /// Predicted rise of the loss to second order, nats per token: the layers' added up as if each were the
    /// only one. Importance::Loss alone.
    std::optional<double> lossRise = {};
};

/// What `counts` cost.
Allocation describeAllocation(const ErrorTable& table, std::vector<std::int64_t> counts,
                              const StorageCosts& storage);

/// Usage where the budget is below one kernel per layer or above K_max, a pin matches no layer, or the table
/// lacks what the importance needs.
Result<Allocation> planAllocation(const ErrorTable& table, const AllocationRequest& request);

} // namespace boolab
