// SPDX-License-Identifier: Apache-2.0
#include "core/convert/calibration_streams.h"

namespace boolab
{

namespace
{

constexpr std::int64_t kTokensAtATime = 2048;

std::int64_t sequencesAtATime(const at::Tensor& x)
{
    return std::max<std::int64_t>(1, kTokensAtATime / x.size(1));
}

} // namespace

at::Tensor mapSequences(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& f)
{
    std::vector<at::Tensor> parts;
    for (const at::Tensor& part : x.split(sequencesAtATime(x)))
        parts.push_back(f(part));
    return at::cat(parts);
}

at::Tensor crossGram(const at::Tensor& b, const at::Tensor& a, const at::Tensor& weights)
{
    at::Tensor sum = at::zeros({b.size(-1), a.size(-1)});
    const std::int64_t step = sequencesAtATime(a);
    for (std::int64_t first = 0; first < a.size(0); first += step) {
        const std::int64_t count = std::min(step, a.size(0) - first);
        const auto rows = [&](const at::Tensor& x) {
            return x.narrow(0, first, count).reshape({-1, x.size(-1)}).to(at::kFloat);
        };
        const at::Tensor right = rows(a);
        at::Tensor left = b.is_same(a) ? right : rows(b);
        if (weights.defined()) left = left * weights.narrow(0, first, count).reshape({-1, 1});
        sum.addmm_(left.t(), right);
    }
    return sum;
}

} // namespace boolab
