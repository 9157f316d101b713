// SPDX-License-Identifier: Apache-2.0
#include "core/convert/input_geometry.h"

#include <torch/types.h>

namespace boolab
{

namespace
{

// Share of the mean that every column weighs at least: inputs that the calibration text left at rest.
constexpr double kColumnFloor = 0.01;

} // namespace

at::Tensor columnWeightsOf(const at::Tensor& gram)
{
    const at::Tensor diagonal = gram.diagonal();
    return (diagonal / diagonal.mean().clamp_min(1e-30) + kColumnFloor).contiguous();
}

InputGeometry::InputGeometry(const at::Tensor& gram, double damping)
{
    const at::Tensor diagonal = gram.diagonal();
    // An input that is always zero would make H singular whatever the damping.
    const double mean = std::max(diagonal.mean().item<double>(), 1e-30);
    order = at::argsort(diagonal, /*dim=*/-1, /*descending=*/true);
    hessian = gram.index_select(0, order).index_select(1, order).contiguous();
    // Rounding can leave a rank-deficient H indefinite: damp until the factorisation succeeds.
    for (double share = damping;; share *= 10) {
        const at::Tensor damped = hessian + at::eye(gram.size(0), gram.options()) * (share * mean);
        const auto [lower, info] = at::linalg_cholesky_ex(damped);
        if (info.item<int>() == 0) {
            const auto [upper, second] = at::linalg_cholesky_ex(at::cholesky_inverse(lower), /*upper=*/true);
            if (second.item<int>() == 0 && upper.isfinite().all().item<bool>()) {
                hessian = damped.contiguous();
                factor = upper.contiguous();
                break;
            }
        }
        TORCH_CHECK(share < 1e6, "the calibration inputs are not finite");
    }
    columnWeights = columnWeightsOf(gram);
}

} // namespace boolab
