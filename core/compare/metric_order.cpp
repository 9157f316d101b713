// SPDX-License-Identifier: Apache-2.0
#include "core/compare/metric_order.h"

#include "core/compare/scores.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace boolab
{

namespace
{

constexpr std::array<std::string_view, 24> kOrder{"perplexity",
                                                  "word_perplexity",
                                                  "byte_perplexity",
                                                  "bits_per_byte",
                                                  "nll",
                                                  "kl_divergence",
                                                  "top_1_agreement",
                                                  kPaperAverage,
                                                  "average acc",
                                                  "bits_per_weight",
                                                  "bits_per_weight_all",
                                                  "file_bytes",
                                                  "kernels",
                                                  "max_kernels",
                                                  "first_kernels",
                                                  "relative_error",
                                                  "held_out_perplexity",
                                                  "held_out_kl",
                                                  "loss",
                                                  "loss_kl",
                                                  "loss_hidden",
                                                  "steps",
                                                  "tokens_per_second",
                                                  "seconds"};
constexpr int kTasks = 9; // single tasks stand behind their averages

} // namespace

int rankOf(const std::string& metric)
{
    const auto found = std::ranges::find(kOrder, std::string_view(metric));
    if (found != kOrder.end()) return 10 * static_cast<int>(found - kOrder.begin());
    return isAccuracy(metric) || metric.find(' ') != std::string::npos ? 10 * kTasks - 5
                                                                       : 10 * static_cast<int>(kOrder.size());
}

} // namespace boolab
