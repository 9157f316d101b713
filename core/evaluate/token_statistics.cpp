// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/token_statistics.h"

#include <algorithm>

namespace boolab
{

namespace
{

constexpr std::int64_t kStatisticsChunk = 256; ///< positions whose logits exist at a time

/// Adds the positions of `next` (T): logits (T, V) predict its tokens; the reference's may be undefined.
void addPositions(TokenStatistics& sums, const at::Tensor& logits, const at::Tensor& next,
                  const at::Tensor& referenceLogits)
{
    const at::Tensor logProbabilities = at::log_softmax(logits, -1, at::kFloat);
    sums.positions += next.size(0);
    sums.nll -=
        logProbabilities.gather(1, next.to(logits.device()).unsqueeze(1)).sum(at::kDouble).item<double>();
    if (!referenceLogits.defined()) return;
    const at::Tensor expected = at::log_softmax(referenceLogits.to(logits.device()), -1, at::kFloat);
    sums.klDivergence += (expected.exp() * (expected - logProbabilities)).sum(at::kDouble).item<double>();
    sums.sameTop += (expected.argmax(-1) == logProbabilities.argmax(-1)).sum().item<std::int64_t>();
}

} // namespace

TokenStatistics tokenStatistics(const at::Tensor& ids, const LogitsOf& logits, const LogitsOf& reference)
{
    TokenStatistics sums;
    const std::int64_t positions = ids.size(0) - 1;
    for (std::int64_t first = 0; first < positions; first += kStatisticsChunk) {
        const std::int64_t count = std::min(kStatisticsChunk, positions - first);
        addPositions(sums, logits(first, count), ids.narrow(0, first + 1, count),
                     reference ? reference(first, count) : at::Tensor());
    }
    return sums;
}

} // namespace boolab
