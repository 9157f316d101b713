// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/token_statistics.h"

#include <algorithm>

namespace boolab
{

TokenStatistics tokenStatistics(const LlamaModel& model, const at::Tensor& hidden, const at::Tensor& ids,
                                const LlamaModel* reference, const at::Tensor& referenceHidden,
                                std::int64_t chunk)
{
    TokenStatistics sums;
    sums.positions = ids.size(0) - 1;
    for (std::int64_t first = 0; first < sums.positions; first += chunk) {
        const std::int64_t count = std::min(chunk, sums.positions - first);
        const at::Tensor logProbabilities =
            at::log_softmax(model.logits(hidden.narrow(0, first, count)), -1, at::kFloat);
        const at::Tensor next = ids.narrow(0, first + 1, count).unsqueeze(1);
        sums.nll -= logProbabilities.gather(1, next).sum(at::kDouble).item<double>();
        if (!reference) continue;
        const at::Tensor expected =
            at::log_softmax(reference->logits(referenceHidden.narrow(0, first, count)), -1, at::kFloat);
        sums.klDivergence += (expected.exp() * (expected - logProbabilities)).sum(at::kDouble).item<double>();
        sums.sameTop += (expected.argmax(-1) == logProbabilities.argmax(-1)).sum().item<std::int64_t>();
    }
    return sums;
}

} // namespace boolab
