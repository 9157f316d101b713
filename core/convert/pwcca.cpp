// SPDX-License-Identifier: Apache-2.0
#include "core/convert/measure_errors.h"

namespace boolab
{

namespace
{

constexpr double kKeptVariance = 0.99;

/// The directions that hold most of the variance: variances (r) and axes (N, r).
std::pair<at::Tensor, at::Tensor> principalAxes(const at::Tensor& covariance)
{
    auto [values, axes] = at::linalg_eigh(covariance);
    values = values.clamp_min(0).flip(0);
    axes = axes.flip(1);
    const at::Tensor share = values.cumsum(0) / values.sum().clamp_min(1e-30);
    const std::int64_t kept =
        std::min<std::int64_t>(values.size(0), share.lt(kKeptVariance).sum().item<std::int64_t>() + 1);
    return {values.narrow(0, 0, kept), axes.narrow(1, 0, kept)};
}

} // namespace

double projectionWeightedCorrelation(const at::Tensor& gram, const at::Tensor& weight)
{
    const at::Tensor crossed = at::mm(weight, gram); // outputs with inputs (M, N)
    const auto [inputs, inputAxes] = principalAxes(gram);
    const auto [outputs, outputAxes] = principalAxes(at::mm(crossed, weight.t()));
    const at::Tensor whitened = at::mm(inputAxes.t(), at::mm(crossed.t(), outputAxes)) /
                                (inputs.sqrt().unsqueeze(1) * outputs.sqrt().unsqueeze(0)).clamp_min(1e-20);
    const auto [left, correlations, right] = at::linalg_svd(whitened, /*full_matrices=*/false);
    // How much of the inputs every canonical direction accounts for.
    const at::Tensor loadings = at::mm(left.t(), (inputAxes * inputs.sqrt()).t()).abs().sum(1);
    const at::Tensor kept = correlations.clamp(0, 1);
    return (loadings * kept).sum().item<double>() / std::max(loadings.sum().item<double>(), 1e-30);
}

} // namespace boolab
