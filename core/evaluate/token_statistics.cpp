// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/token_statistics.h"

#include <algorithm>

namespace boolab
{

void addPositions(TokenStatistics& sums, const at::Tensor& logits, const at::Tensor& next,
                  const at::Tensor& referenceLogits)
{
    const at::Tensor logProbabilities = at::log_softmax(logits, -1, at::kFloat);
    sums.positions += next.size(0);
    sums.nll -= logProbabilities.gather(1, next.unsqueeze(1)).sum(at::kDouble).item<double>();
    if (!referenceLogits.defined()) return;
    const at::Tensor expected = at::log_softmax(referenceLogits, -1, at::kFloat);
    sums.klDivergence += (expected.exp() * (expected - logProbabilities)).sum(at::kDouble).item<double>();
    sums.sameTop += (expected.argmax(-1) == logProbabilities.argmax(-1)).sum().item<std::int64_t>();
}

TokenStatistics tokenStatistics(const LlamaModel& model, const at::Tensor& hidden, const at::Tensor& ids,
                                const LlamaModel& reference, const at::Tensor& referenceHidden)
{
    TokenStatistics sums;
    const std::int64_t positions = ids.size(0) - 1;
    for (std::int64_t first = 0; first < positions; first += kStatisticsChunk) {
        const std::int64_t count = std::min(kStatisticsChunk, positions - first);
        addPositions(sums, model.logits(hidden.narrow(0, first, count)), ids.narrow(0, first + 1, count),
                     reference.logits(referenceHidden.narrow(0, first, count)));
    }
    return sums;
}

} // namespace boolab
