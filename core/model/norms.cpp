// SPDX-License-Identifier: Apache-2.0
#include "core/model/norms.h"

#include <fmt/format.h>

namespace boolab
{

std::vector<NamedTensor> normsOf(const LlamaModel& model)
{
    std::vector<NamedTensor> norms;
    const auto& blocks = model.weights().blocks;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const std::string prefix = fmt::format("model.layers.{}.", i);
        norms.push_back({prefix + "input_layernorm.weight", blocks[i].attentionNorm});
        norms.push_back({prefix + "post_attention_layernorm.weight", blocks[i].mlpNorm});
    }
    norms.push_back({"model.norm.weight", model.weights().finalNorm});
    return norms;
}

void useNorms(LlamaModel& model, const std::vector<NamedTensor>& norms)
{
    if (norms.empty()) return;
    const at::TensorOptions options = model.options();
    std::size_t next = 0;
    for (LlamaBlock& block : model.weights().blocks) {
        block.attentionNorm = norms[next++].tensor.to(options);
        block.mlpNorm = norms[next++].tensor.to(options);
    }
    model.weights().finalNorm = norms[next].tensor.to(options);
}

} // namespace boolab
