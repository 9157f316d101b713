// SPDX-License-Identifier: Apache-2.0
// A hand-made table of errors: two blocks, down_proj the one that needs kernels most.
#pragma once

#include "core/allocation/error_table.h"

namespace boolab::test
{

inline ErrorTable sampleTable(const std::string& model, bool withText = false)
{
    ErrorTable table{model, "refined", {}};
    for (const std::string block : {"0", "1"})
        for (const std::string part :
             {"self_attn.q_proj", "self_attn.k_proj", "mlp.up_proj", "mlp.down_proj"}) {
            const double first = part == "mlp.down_proj" ? 0.9 : 0.3;
            LayerErrors layer{"model.layers." + block + "." + part, 256, 256, {}, {}, {}, {}};
            for (int k = 1; k <= 4; ++k)
                layer.weightError.push_back(first / (k * k));
            if (withText) layer.outputError = layer.lossError = layer.weightError;
            table.layers.push_back(std::move(layer));
        }
    return table;
}

} // namespace boolab::test
