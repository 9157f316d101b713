// SPDX-License-Identifier: Apache-2.0
// A written model is opened like any other and compared with what it was made from.
#pragma once

#include "core/export/write_dense.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// What was compared. A difference is an error, not a figure.
struct Verification {
    std::int64_t tensors = 0, values = 0;
    /// Of the stored weights to those that the source computes with, sqrt(sum of squares) over all: what the
    /// type costs.
    double relativeError = 0;
    bool tokenizer = false;

    nlohmann::json toJson() const;
};

using TypeOfTensor = DType (*)(const DenseTensor&, DType);

/// Every value must be the source's, rounded to the type that it was written in; config and tokenizer must
/// say the same. Unsupported where a weight does not fit the type.
Result<Verification> verifyDense(const std::filesystem::path& written, const ModelFiles& source, DType dtype,
                                 TypeOfTensor typeOf, int threads, const TensorProgress& progress);

/// Bits and scales byte for byte, other tensors too, or rounded where their type has changed.
Result<Verification> verifyBoolean(const std::filesystem::path& written, const ModelFiles& source,
                                   const TensorProgress& progress);

} // namespace boolab
