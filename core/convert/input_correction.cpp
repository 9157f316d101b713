// SPDX-License-Identifier: Apache-2.0
#include "core/convert/input_correction.h"

namespace boolab
{

namespace
{

// lambda over the mean of H's diagonal: keeps W* near W where the text says little.
constexpr double kRidge = 0.01;

} // namespace

InputCorrection::InputCorrection(const at::Tensor& gram, const at::Tensor& cross, at::Tensor residual)
    : m_residual(std::move(residual))
{
    const at::Tensor ridge = at::eye(gram.size(0)) * (gram.diagonal().mean() * kRidge);
    const auto [lower, info] = at::linalg_cholesky_ex(gram + ridge);
    if (info.item<int>() != 0) return;
    m_lower = lower;
    m_right = cross + ridge;
}

at::Tensor InputCorrection::apply(const at::Tensor& weight) const
{
    if (!m_lower.defined()) return weight;
    at::Tensor right = at::mm(weight, m_right);
    if (m_residual.defined()) right += m_residual;
    const at::Tensor corrected = at::cholesky_solve(right.t(), m_lower).t().contiguous();
    return corrected.isfinite().all().item<bool>() ? corrected : weight;
}

} // namespace boolab
