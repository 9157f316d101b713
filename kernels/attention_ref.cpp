// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/float16.h"
#include "kernels/reference.h"

namespace boolab::kernels
{

namespace
{

/// Place of a key, counted from the first number of its head in its page; places of values follow.
std::int64_t keyPlace(std::int64_t position, std::int64_t d, std::int64_t D)
{
    const std::int64_t inPage = position % kPagePositions;
    return (inPage / kLanes * D + d) * kLanes + inPage % kLanes;
}

std::int64_t valuePlace(std::int64_t position, std::int64_t d, std::int64_t D)
{
    return kPagePositions * D + position % kPagePositions * padded(D) + d;
}

double numberAt(const AttentionCache& cache, std::int64_t position, std::int64_t g, std::int64_t place)
{
    const std::int64_t page = position / kPagePositions;
    if (cache.type == CacheType::Float32) return double(head_page<float>(cache, page, g)[place]);
    return double(float16_to_float(head_page<std::uint16_t>(cache, page, g)[place]));
}

} // namespace

void attention_ref(const AttentionTask& task, std::int64_t H)
{
    const AttentionCache& cache = task.cache;
    const std::int64_t D = cache.D;
    for (std::int64_t t = 0; t < task.T; ++t)
        for (std::int64_t h = 0; h < H; ++h) {
            const std::int64_t g = h / (H / cache.kvHeads), seen = task.first + t + 1;
            const float* query = task.q + (t * H + h) * D;
            std::vector<double> scores;
            for (std::int64_t p = 0; p < seen; ++p) {
                double dot = 0.0;
                for (std::int64_t d = 0; d < D; ++d)
                    dot += double(query[d]) * numberAt(cache, p, g, keyPlace(p, d, D));
                scores.push_back(dot / std::sqrt(double(D)));
            }
            const double most = *std::ranges::max_element(scores);
            double total = 0.0;
            for (double& score : scores)
                total += score = std::exp(score - most);
            for (std::int64_t d = 0; d < D; ++d) {
                double sum = 0.0;
                for (std::int64_t p = 0; p < seen; ++p)
                    sum += scores[std::size_t(p)] * numberAt(cache, p, g, valuePlace(p, d, D));
                task.y[(t * H + h) * D + d] = float(sum / total);
            }
        }
}

} // namespace boolab::kernels
