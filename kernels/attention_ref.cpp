// SPDX-License-Identifier: Apache-2.0
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/reference.h"

namespace boolab::kernels
{

void store_keys(const float* keys, std::int64_t position, std::int64_t kvHeads, std::int64_t D, float* cache)
{
    float* block = cache + position / kLanes * kvHeads * D * kLanes + position % kLanes;
    for (std::int64_t i = 0; i < kvHeads * D; ++i)
        block[i * kLanes] = keys[i];
}

void attention_ref(const AttentionCache& cache, const float* q, std::int64_t first, std::int64_t T,
                   std::int64_t H, float* y)
{
    const std::int64_t D = cache.D, stride = cache.kvHeads * D;
    for (std::int64_t t = 0; t < T; ++t)
        for (std::int64_t h = 0; h < H; ++h) {
            const std::int64_t head = h / (H / cache.kvHeads) * D, seen = first + t + 1;
            const auto key = [&](std::int64_t p, std::int64_t d) {
                return double(cache.keys[(p / kLanes * stride + head + d) * kLanes + p % kLanes]);
            };
            const float* query = q + (t * H + h) * D;
            std::vector<double> scores;
            for (std::int64_t p = 0; p < seen; ++p) {
                double dot = 0.0;
                for (std::int64_t d = 0; d < D; ++d)
                    dot += double(query[d]) * key(p, d);
                scores.push_back(dot / std::sqrt(double(D)));
            }
            const double most = *std::ranges::max_element(scores);
            double total = 0.0;
            for (double& score : scores)
                total += score = std::exp(score - most);
            for (std::int64_t d = 0; d < D; ++d) {
                double sum = 0.0;
                for (std::int64_t p = 0; p < seen; ++p)
                    sum += scores[std::size_t(p)] * double(cache.values[p * stride + head + d]);
                y[(t * H + h) * D + d] = float(sum / total);
            }
        }
}

} // namespace boolab::kernels
