// SPDX-License-Identifier: Apache-2.0
#include "kernels/svid.h"

#include <algorithm>
#include <cmath>

#include "kernels/aligned_buffer.h"
#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"
#include "kernels/svid_start.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/svid.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// One half of a power iteration on |R|, both products in one reading: u_i = sum_j |R_ij| v_j, columns_j +=
/// |R_ij| u_i.
void power_rows(const float* R, std::int64_t N, const float* v, std::int64_t begin, std::int64_t end,
                double* u, float* columns)
{
    for (std::int64_t i = begin; i < end; ++i) {
        const float* row = R + i * N;
        RowSum sum;
        for (std::int64_t block = 0; block < N; block += kFlushColumns) {
            F16 lanes = splat(0.0f);
            for (std::int64_t j = block; j < HWY_MIN(N, block + kFlushColumns); j += kLanes)
                lanes = add(lanes, mul(abs(load_some(row + j, columns_at(j, N))), load(v + j)));
            sum.flush(lanes);
        }
        u[i] = sum_lanes(sum.lanes);
        const F16 ui = splat(float(u[i]));
        for (std::int64_t j = 0; j < N; j += kLanes)
            store(add(load(columns + j), mul(abs(load_some(row + j, columns_at(j, N))), ui)), columns + j);
    }
}

void subtract_kernel_rows(const BoolKernels& layer, std::int64_t k, const ResidualPass& pass,
                          std::int64_t begin, std::int64_t end)
{
    const std::int64_t N = layer.N;
    const F16 zero = splat(0.0f);
    for (std::int64_t i = begin; i < end; ++i) {
        const F16 scaleOut = splat(layer.scaleOut[k * layer.M + i]);
        RowSum before, after;
        for (std::int64_t block = 0; block < N; block += kFlushColumns) {
            F16 lanesBefore = zero, lanesAfter = zero;
            for (std::int64_t j = block; j < HWY_MIN(N, block + kFlushColumns); j += kLanes) {
                const std::int64_t n = columns_at(j, N);
                const F16 r = load_some(pass.R + i * N + j, n);
                const Mask16 plus = at_least(r, zero);
                store_bits(bits_of(plus), layer.row(k, i), j, n);
                const F16 rest = sub(r, signed_by(plus, mul(scaleOut, load(pass.scaleIn + j))));
                store_some(rest, pass.next + i * N + j, n);
                lanesBefore = add(lanesBefore, mul(mul(r, r), load(pass.weights + j)));
                lanesAfter = add(lanesAfter, mul(mul(rest, rest), load(pass.weights + j)));
            }
            before.flush(lanesBefore);
            after.flush(lanesAfter);
        }
        pass.before[i] = sum_lanes(before.lanes);
        pass.after[i] = sum_lanes(after.lanes);
    }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(power_rows);
HWY_EXPORT(subtract_kernel_rows);

namespace
{

double norm(const double* v, std::int64_t size)
{
    return std::sqrt(interleaved_sum(size, [v](std::int64_t i) { return v[i] * v[i]; }));
}

/// Scratch of one call, reused for every kernel.
struct Scratch {
    Scratch(std::int64_t M, std::int64_t N)
        : residual(M * N), scaleIn(padded(N)), weights(padded(N)), partials(chunk_count(M) * padded(N)),
          columns(padded(N)), u(M), v(N), before(M), after(M)
    {
    }

    AlignedBuffer<float> residual;       ///< (M, N)
    AlignedBuffer<float> scaleIn;        ///< (padded N), what a pass over the rows multiplies with
    AlignedBuffer<float> weights;        ///< (padded N), d
    AlignedBuffer<float> partials;       ///< (chunks, padded N)
    AlignedBuffer<double> columns;       ///< (padded N)
    AlignedBuffer<double> u, v;          ///< (M), (N)
    AlignedBuffer<double> before, after; ///< (M)
};

struct Svid {
    const float* W;
    const std::vector<double>& roots;
    const BoolKernels& layer;
    int threads;
    Scratch scratch{layer.M, layer.N};

    double root(std::int64_t j) const { return roots.empty() ? 1.0 : roots[std::size_t(j)]; }

    /// u = A v and columns = A^T u for A_ij = |R_ij| root_j, in one reading of R.
    void powerStep(const float* R)
    {
        const std::int64_t M = layer.M, N = layer.N, width = padded(N);
        for (std::int64_t j = 0; j < N; ++j)
            scratch.scaleIn[j] = float(scratch.v[j] * root(j));
        std::fill_n(scratch.partials.data(), chunk_count(M) * width, 0.0f);
        for_row_chunks(M, threads, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
            HWY_DYNAMIC_DISPATCH(power_rows)
            (R, N, scratch.scaleIn.data(), begin, end, scratch.u.data(),
             scratch.partials.data() + chunk * width);
        });
        sum_chunks(scratch.partials.data(), chunk_count(M), width, N, scratch.columns.data(), threads);
        for (std::int64_t j = 0; j < N; ++j)
            scratch.columns[j] *= root(j);
    }

    /// Best rank-1 of A to kernel k's scales. The last u and the v that it gives are least squares for each
    /// other's signs and lengths, so stopping early costs accuracy only to second order.
    void rankOne(const float* R, std::int64_t k)
    {
        const std::int64_t M = layer.M, N = layer.N;
        std::fill_n(scratch.v.data(), N, 1.0 / std::sqrt(double(N)));
        for (int iteration = 0; iteration < kMaxPowerIterations; ++iteration) {
            powerStep(R);
            const double length = norm(scratch.columns.data(), N);
            if (!(length > 0.0)) break;
            const double moved = interleaved_sum(N, [&](std::int64_t j) {
                const double next = scratch.columns[j] / length, step = next - scratch.v[j];
                scratch.v[j] = next;
                return step * step;
            });
            if (std::sqrt(moved) < kPowerTolerance) break;
        }
        const double lengthU = norm(scratch.u.data(), M);
        const double sigma = lengthU > 0.0 ? norm(scratch.columns.data(), N) / lengthU : 0.0;
        for (std::int64_t i = 0; i < M; ++i)
            layer.scaleOut[k * M + i] =
                sigma > 0.0 ? float(scratch.u[i] * (std::sqrt(sigma) / lengthU)) : 0.0f;
        for (std::int64_t j = 0; j < N; ++j)
            layer.scaleIn[k * N + j] = sigma > 0.0 ? float(scratch.v[j] * std::sqrt(sigma) / root(j)) : 0.0f;
    }

    void run(double* errors)
    {
        const std::int64_t M = layer.M, N = layer.N;
        for (std::int64_t j = 0; j < N; ++j)
            scratch.weights[j] = float(root(j) * root(j));
        double whole = 0.0;
        for (std::int64_t k = 0; k < layer.K; ++k) {
            const float* R = k == 0 ? W : scratch.residual.data();
            rankOne(R, k);
            std::copy_n(layer.scaleIn + k * N, N, scratch.scaleIn.data());
            const ResidualPass pass{R,
                                    scratch.residual.data(),
                                    scratch.scaleIn.data(),
                                    scratch.weights.data(),
                                    scratch.before.data(),
                                    scratch.after.data()};
            for_row_chunks(M, threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
                HWY_DYNAMIC_DISPATCH(subtract_kernel_rows)(layer, k, pass, begin, end);
            });
            if (k == 0) whole = interleaved_sum(M, [this](std::int64_t i) { return scratch.before[i]; });
            const double left = interleaved_sum(M, [this](std::int64_t i) { return scratch.after[i]; });
            if (errors) errors[k] = whole > 0.0 ? left / whole : 0.0;
        }
    }
};

} // namespace

void svid_weighted(const float* W, const std::vector<double>& roots, const BoolKernels& layer, double* errors,
                   int threads)
{
    if (reference_forced()) return svid_weighted_ref(W, roots, layer, errors);
    Svid{W, roots, layer, threads}.run(errors);
}

void svid(const float* W, const BoolKernels& layer, double* errors, int threads)
{
    svid_weighted(W, {}, layer, errors, threads);
}

} // namespace boolab::kernels
#endif
