// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/inspect/value_figures.h"

#include <functional>

namespace boolab
{

/// True where the tensor holds numbers that may be NaN or infinite. Signs and integers cannot.
bool holdsRealNumbers(const ModelFiles& files, const TensorInfo& tensor);

/// Hears of a check while it runs.
struct ValueCheckObserver {
    /// One tensor has been read.
    std::function<void(const TensorInfo&, const ValueFigures&)> found;
    /// Bytes of the tensors; false stops the check.
    std::function<bool(std::int64_t done, std::int64_t total)> goOn;
};

/// Reads `tensors` of real numbers, some rows at a time, and tells what is in them; pages are given back
/// behind it. Stopped where goOn() says so.
Status checkValues(const ModelFiles& files, const std::vector<const TensorInfo*>& tensors,
                   const ValueCheckObserver& observer);

} // namespace boolab
