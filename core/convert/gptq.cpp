// SPDX-License-Identifier: Apache-2.0
#include "core/convert/gptq.h"

#include "core/convert/convert_by_weights.h"
#include "kernels/error_feedback.h"
#include "kernels/pack_bits.h"
#include "kernels/sign_descent.h"

#include <ATen/Parallel.h>

namespace boolab
{

namespace
{

// Columns whose errors are spread one by one; what they owe to the others goes by one matrix product.
constexpr std::int64_t kBlockColumns = 128;

/// tr(A H A^T).
double energy(const at::Tensor& A, const at::Tensor& H)
{
    return (at::mm(A, H) * A).sum(at::kDouble).item<double>();
}

/// The layer under work: everything in the input's column order.
class Search
{
public:
    Search(const at::Tensor& weight, const InputGeometry& input, ConvertedLayer& start)
        : m_input(input), m_K(start.kernelCount), m_M(weight.size(0)), m_N(weight.size(1)),
          m_weight(weight.index_select(1, input.order).contiguous()),
          m_codes(at::zeros({m_N, m_M}, at::kByte)),
          m_scaleOut(at::from_blob(start.scaleOut.data(), {m_K, m_M}).clone()),
          m_scaleIn(
              at::from_blob(start.scaleIn.data(), {m_K, m_N}).index_select(1, input.order).contiguous()),
          m_weightHessian(at::mm(m_weight, input.hessian))
    {
    }

    /// Every sign anew, errors fed forward.
    void feedErrors()
    {
        const at::Tensor left = m_weight.t().contiguous();
        for (std::int64_t first = 0; first < m_N; first += kBlockColumns) {
            const std::int64_t count = std::min(kBlockColumns, m_N - first), behind = first + count;
            const at::Tensor scaleIn = m_scaleIn.narrow(1, first, count).contiguous();
            kernels::error_feedback({.columns = count,
                                     .rows = m_M,
                                     .kernels = m_K,
                                     .factor = m_input.factor.const_data_ptr<float>() + first * m_N + first,
                                     .factorStride = m_N,
                                     .scaleOut = m_scaleOut.const_data_ptr<float>(),
                                     .scaleIn = scaleIn.const_data_ptr<float>(),
                                     .weights = left.mutable_data_ptr<float>() + first * m_M,
                                     .codes = m_codes.mutable_data_ptr<std::uint8_t>() + first * m_M},
                                    at::get_num_threads());
            if (behind == m_N) break;
            const at::Tensor coupling =
                m_input.factor.narrow(0, first, count).narrow(1, behind, m_N - behind);
            left.narrow(0, behind, m_N - behind)
                .addmm_(coupling.t(), left.narrow(0, first, count), /*beta=*/1, /*alpha=*/-1);
        }
    }

    /// One pass over all signs, each to the minimum along its own coordinate.
    void descend()
    {
        const at::Tensor levels = dense().t().contiguous();
        const at::Tensor slope = at::mm(m_input.hessian, m_weight.t() - levels);
        for (std::int64_t first = 0; first < m_N; first += kBlockColumns) {
            const std::int64_t count = std::min(kBlockColumns, m_N - first), behind = first + count;
            const at::Tensor scaleIn = m_scaleIn.narrow(1, first, count).contiguous();
            const at::Tensor steps = at::empty({count, m_M});
            kernels::sign_descent({.columns = count,
                                   .rows = m_M,
                                   .kernels = m_K,
                                   .hessian = m_input.hessian.const_data_ptr<float>() + first * m_N + first,
                                   .hessianStride = m_N,
                                   .scaleOut = m_scaleOut.const_data_ptr<float>(),
                                   .scaleIn = scaleIn.const_data_ptr<float>(),
                                   .slope = slope.mutable_data_ptr<float>() + first * m_M,
                                   .levels = levels.mutable_data_ptr<float>() + first * m_M,
                                   .steps = steps.mutable_data_ptr<float>(),
                                   .codes = m_codes.mutable_data_ptr<std::uint8_t>() + first * m_M},
                                  at::get_num_threads());
            const at::Tensor rows = m_input.hessian.narrow(0, first, count);
            if (first > 0) slope.narrow(0, 0, first).addmm_(rows.narrow(1, 0, first).t(), steps, 1, -1);
            if (behind < m_N)
                slope.narrow(0, behind, m_N - behind)
                    .addmm_(rows.narrow(1, behind, m_N - behind).t(), steps, 1, -1);
        }
    }

    /// Scales given signs: least squares under H, scaleOut exactly, then scaleIn by conjugate gradients.
    void solveScales(int conjugateSteps)
    {
        const at::Tensor signs = this->signs();
        solveScaleOut(signs);
        if (conjugateSteps > 0) solveScaleIn(signs, conjugateSteps);
    }

    void writeTo(ConvertedLayer& layer) const
    {
        const at::Tensor inverse = at::argsort(m_input.order), ordered = this->signs();
        const at::Tensor signs = ordered.index_select(2, inverse).contiguous();
        const at::Tensor scaleIn = m_scaleIn.index_select(1, inverse).contiguous();
        kernels::pack_signs(signs.const_data_ptr<float>(), m_K * m_M, m_N, layer.bits.data(),
                            at::get_num_threads());
        std::copy_n(m_scaleOut.const_data_ptr<float>(), layer.scaleOut.size(), layer.scaleOut.begin());
        std::copy_n(scaleIn.const_data_ptr<float>(), layer.scaleIn.size(), layer.scaleIn.begin());
        at::Tensor left = m_weight.clone();
        for (std::int64_t k = 0; k < m_K; ++k) {
            left -= ordered[k] * m_scaleOut[k].unsqueeze(1) * m_scaleIn[k];
            layer.errors[static_cast<std::size_t>(k)] = energy(left, m_input.hessian) / total();
        }
    }

private:
    double total() const
    {
        return std::max((m_weightHessian * m_weight).sum(at::kDouble).item<double>(), 1e-30);
    }

    /// (K, M, N) of -1 and +1.
    at::Tensor signs() const
    {
        std::vector<at::Tensor> kernels;
        const at::Tensor codes = m_codes.t().contiguous();
        for (std::int64_t k = 0; k < m_K; ++k)
            kernels.push_back(codes.bitwise_and(1 << k).ne(0).to(at::kFloat).mul_(2).sub_(1));
        return at::stack(kernels);
    }

    at::Tensor dense() const
    {
        const at::Tensor signs = this->signs();
        at::Tensor sum = at::zeros({m_M, m_N});
        for (std::int64_t k = 0; k < m_K; ++k)
            sum += signs[k] * m_scaleOut[k].unsqueeze(1) * m_scaleIn[k];
        return sum;
    }

    /// Per row the K x K system of Z_k = B_k v_k under H.
    void solveScaleOut(const at::Tensor& signs)
    {
        const at::Tensor Z = signs * m_scaleIn.unsqueeze(1); // (K, M, N)
        const at::Tensor ZH = at::mm(Z.reshape({m_K * m_M, m_N}), m_input.hessian).view({m_K, m_M, m_N});
        at::Tensor system = at::bmm(ZH.transpose(0, 1), Z.permute({1, 2, 0}));       // (M, K, K)
        const at::Tensor right = at::bmm(ZH.transpose(0, 1), m_weight.unsqueeze(2)); // (M, K, 1)
        // A row of zeros has no scale of its own: the ridge gives it 0.
        const at::Tensor ridge = 1e-6 * system.diagonal(0, 1, 2).mean() + 1e-30;
        system = system + at::eye(m_K) * ridge;
        const auto [solution, info] = at::linalg_solve_ex(system, right);
        const at::Tensor rows = solution.squeeze(2).t().contiguous();
        if (info.eq(0).all().item<bool>() && rows.isfinite().all().item<bool>()) m_scaleOut = rows;
    }

    /// Minimises tr(E H E^T) over all scaleIn at once; the diagonal preconditions.
    void solveScaleIn(const at::Tensor& signs, int steps)
    {
        const at::Tensor& H = m_input.hessian;
        const at::Tensor signed_ = signs * m_scaleOut.unsqueeze(2); // (K, M, N)
        const auto apply = [&](const at::Tensor& v) {
            const at::Tensor product = at::mm((signed_ * v.unsqueeze(1)).sum(0), H);
            return (signed_ * product).sum(1);
        };
        const at::Tensor diagonal =
            m_scaleOut.square().sum(1, /*keepdim=*/true) * H.diagonal().unsqueeze(0) + 1e-30;
        at::Tensor v = m_scaleIn.clone(), residual = (signed_ * m_weightHessian).sum(1) - apply(v);
        at::Tensor z = residual / diagonal, direction = z.clone();
        double product = (residual * z).sum(at::kDouble).item<double>();
        for (int step = 0; step < steps && product > 0; ++step) {
            const at::Tensor image = apply(direction);
            const double curvature = (direction * image).sum(at::kDouble).item<double>();
            if (!(curvature > 0)) break;
            const double length = product / curvature;
            v += direction * length;
            residual -= image * length;
            z = residual / diagonal;
            const double next = (residual * z).sum(at::kDouble).item<double>();
            direction = z + direction * (next / product);
            product = next;
        }
        if (v.isfinite().all().item<bool>()) m_scaleIn = v.contiguous();
    }

    const InputGeometry& m_input;
    std::int64_t m_K, m_M, m_N;
    at::Tensor m_weight;              ///< (M, N)
    at::Tensor m_codes;               ///< (N, M)
    at::Tensor m_scaleOut, m_scaleIn; ///< (K, M), (K, N)
    at::Tensor m_weightHessian;       ///< (M, N)
};

} // namespace

ConvertedLayer convertUnderHessian(const LinearLayerInfo& info, const at::Tensor& weight, std::int64_t K,
                                   const InputGeometry& input, const GptqConfig& config)
{
    const at::Tensor W = weight.contiguous();
    ConvertedLayer layer =
        convertByWeights(info, W.const_data_ptr<float>(), K, {.rounds = config.alternations},
                         input.columnWeights.const_data_ptr<float>());
    Search search(W, input, layer);
    for (int round = 0; round < config.feedbackRounds; ++round) {
        search.feedErrors();
        search.solveScales(config.conjugateSteps);
    }
    for (int round = 0; round < config.descentRounds; ++round) {
        search.descend();
        const bool last = round + 1 == config.descentRounds;
        search.solveScales(last ? config.lastConjugateSteps : config.conjugateSteps);
    }
    search.writeTo(layer);
    return layer;
}

} // namespace boolab
