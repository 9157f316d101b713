// SPDX-License-Identifier: Apache-2.0
// Inside core/formats: the tensors of a Boolean model and how their bytes come to be.
#pragma once

#include "core/formats/boolean_model_writer.h"
#include "core/formats/safetensors_writer.h"

#include <functional>
#include <vector>

namespace boolab
{

/// A tensor of the output and how its bytes come to be, in the order they are written.
struct Piece {
    PlannedTensor tensor;
    std::function<Status(SafetensorsWriter&)> write;
};

/// All tensors of the output. The pieces refer to `source` and `content`.
std::vector<Piece> planPieces(const ModelFiles& source, const BooleanModelContent& content);

} // namespace boolab
