// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/token_statistics.h"

#include <algorithm>

namespace boolab
{

namespace
{

// Positions whose logits exist at a time: a training measures held-out text between two steps, and should
// need no more memory for it than for a step.
constexpr std::int64_t kStatisticsChunk = 64;

/// What a chunk's positions say where there is a reference: all (T).
struct ChunkComparison {
    at::Tensor kl, top, referenceTop;
};

/// Adds the positions of `next` (T): logits (T, V) predict its tokens; `expected`, the reference's log
/// probabilities, may be undefined.
ChunkComparison addPositions(TokenStatistics& sums, const at::Tensor& logProbabilities,
                             const at::Tensor& next, const at::Tensor& expected)
{
    sums.positions += next.size(0);
    sums.nll -= logProbabilities.gather(1, next.to(logProbabilities.device()).unsqueeze(1))
                    .sum(at::kDouble)
                    .item<double>();
    if (!expected.defined()) return {};
    ChunkComparison compared{.kl =
                                 (expected.exp() * (expected - logProbabilities)).sum(-1, false, at::kDouble),
                             .top = logProbabilities.argmax(-1),
                             .referenceTop = expected.argmax(-1)};
    sums.klDivergence += compared.kl.sum().item<double>();
    sums.sameTop += (compared.referenceTop == compared.top).sum().item<std::int64_t>();
    return compared;
}

/// The `most` largest of a chunk whose first position predicts window position `first`.
void addGaps(std::vector<TokenGap>& gaps, const ChunkComparison& chunk, const at::Tensor& logProbabilities,
             const at::Tensor& expected, std::int64_t first, std::int64_t most)
{
    const auto [kl, at] = chunk.kl.topk(std::min(most, chunk.kl.size(0)));
    for (std::int64_t i = 0; i < at.size(0); ++i) {
        const auto row = at[i].item<std::int64_t>();
        const auto top = chunk.top[row].item<std::int64_t>();
        const auto referenceTop = chunk.referenceTop[row].item<std::int64_t>();
        gaps.push_back(
            {.position = first + row,
             .klDivergence = kl[i].item<double>(),
             .top = static_cast<std::int32_t>(top),
             .referenceTop = static_cast<std::int32_t>(referenceTop),
             .topProbability = logProbabilities[row][top].exp().item<double>(),
             .referenceTopProbability = expected[row][referenceTop].exp().item<double>(),
             .probabilityOfReferenceTop = logProbabilities[row][referenceTop].exp().item<double>()});
    }
}

} // namespace

TokenStatistics tokenStatistics(const at::Tensor& ids, const LogitsOf& logits, const LogitsOf& reference,
                                std::vector<TokenGap>* gaps, std::int64_t mostGaps)
{
    TokenStatistics sums;
    const std::int64_t positions = ids.size(0) - 1;
    for (std::int64_t first = 0; first < positions; first += kStatisticsChunk) {
        const std::int64_t count = std::min(kStatisticsChunk, positions - first);
        const at::Tensor logProbabilities = at::log_softmax(logits(first, count), -1, at::kFloat);
        const at::Tensor expected =
            reference ? at::log_softmax(reference(first, count).to(logProbabilities.device()), -1, at::kFloat)
                      : at::Tensor();
        const ChunkComparison chunk =
            addPositions(sums, logProbabilities, ids.narrow(0, first + 1, count), expected);
        if (gaps != nullptr && expected.defined())
            addGaps(*gaps, chunk, logProbabilities, expected, first + 1, mostGaps);
    }
    return sums;
}

} // namespace boolab
