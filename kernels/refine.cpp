// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "kernels/aligned_buffer.h"
#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"
#include "kernels/refine_data.h"
#include "kernels/svid_start.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/refine.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"
#include "kernels/nearest_level-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

/// One row: every weight's signs to its nearest level; returns sum_j d_j (w_j - level_j)^2.
template <int kFixedK> static HWY_INLINE double assign_row(const RefineData& data, std::int64_t i)
{
    const BoolKernels& layer = data.layer;
    const std::int64_t N = layer.N;
    const int K = int(layer.K);
    const F16 zero = splat(0.0f);
    F16 terms[kFixedK > 0 ? kFixedK : kMaxRefinedKernels];
    RowSum sum;
    for (std::int64_t block = 0; block < N; block += kFlushColumns) {
        F16 lanes = zero;
        for (std::int64_t j = block; j < HWY_MIN(N, block + kFlushColumns); j += kLanes) {
            const std::int64_t n = columns_at(j, N);
            for (int k = 0; k < (kFixedK > 0 ? kFixedK : K); ++k)
                terms[k] =
                    mul(splat(layer.scaleOut[k * layer.M + i]), load(data.scaleIn + k * padded(N) + j));
            const F16 w = load_some(data.W + i * N + j, n);
            const NearestLevel best = nearest_level<kFixedK>(terms, K, abs(w));
            const std::uint32_t opposite = bits_of(less(best.level, zero)) ^ bits_of(less(w, zero));
            store_bits(~opposite, layer.row(0, i), j, n);
            for (int k = 1; k < (kFixedK > 0 ? kFixedK : K); ++k)
                store_bits(~(opposite ^ code_bit(best.code, k - 1)), layer.row(k, i), j, n);
            lanes = add(lanes, mul(mul(best.distance, best.distance), load(data.weights + j)));
        }
        sum.flush(lanes);
    }
    return sum_lanes(sum.lanes);
}

void assign_rows(const RefineData& data, std::int64_t begin, std::int64_t end, double* rowErrors)
{
    with_fixed_kernels(data.layer.K, [&](auto fixed) {
        for (std::int64_t i = begin; i < end; ++i)
            rowErrors[i] = assign_row<fixed>(data, i);
    });
}

/// What kernel k has to explain of sixteen weights: B_k (W - sum_{l != k} B_l u_l v_l).
static HWY_INLINE F16 left_for_kernel(const RefineData& data, std::int64_t k, std::int64_t i, std::int64_t j)
{
    const BoolKernels& layer = data.layer;
    const std::int64_t n = columns_at(j, layer.N);
    F16 left = load_some(data.W + i * layer.N + j, n);
    for (std::int64_t l = 0; l < layer.K; ++l) {
        if (l == k) continue;
        const F16 term =
            mul(splat(layer.scaleOut[l * layer.M + i]), load(data.scaleIn + l * padded(layer.N) + j));
        left = sub(left, signed_by(mask_of(load_bits(layer.row(l, i), j, n)), term));
    }
    return signed_by(mask_of(load_bits(layer.row(k, i), j, n)), left);
}

/// u_i <- sum_j d_j T_ij v_j / norm, then columns_j += u_i T_ij, T as in left_for_kernel. `row` is scratch
/// (padded N).
void solve_rows(const RefineData& data, const ScaleStep& step, std::int64_t begin, std::int64_t end,
                float* row, float* columns)
{
    const std::int64_t N = data.layer.N;
    for (std::int64_t i = begin; i < end; ++i) {
        RowSum sum;
        for (std::int64_t block = 0; block < N; block += kFlushColumns) {
            F16 lanes = splat(0.0f);
            for (std::int64_t j = block; j < HWY_MIN(N, block + kFlushColumns); j += kLanes) {
                const F16 left = left_for_kernel(data, step.k, i, j);
                store(left, row + j);
                lanes = add(lanes, mul(left, load(step.weightedScaleIn + j)));
            }
            sum.flush(lanes);
        }
        float& scaleOut = data.layer.scaleOut[step.k * data.layer.M + i];
        if (step.norm > 0.0) scaleOut = float(sum_lanes(sum.lanes) / step.norm);
        const F16 u = splat(scaleOut);
        for (std::int64_t j = 0; j < N; j += kLanes)
            store(add(load(columns + j), mul(u, load(row + j))), columns + j);
    }
}

/// rowErrors (M, K + 1): sum_j d_j of the squares left after 0 … K kernels.
void error_rows(const RefineData& data, std::int64_t begin, std::int64_t end, double* rowErrors)
{
    const BoolKernels& layer = data.layer;
    for (std::int64_t i = begin; i < end; ++i)
        for (std::int64_t count = 0; count <= layer.K; ++count) {
            RowSum sum;
            for (std::int64_t j = 0; j < layer.N; j += kLanes) {
                const std::int64_t n = columns_at(j, layer.N);
                F16 left = load_some(data.W + i * layer.N + j, n);
                for (std::int64_t k = 0; k < count; ++k) {
                    const F16 u = splat(layer.scaleOut[k * layer.M + i]);
                    const F16 term = mul(u, load(data.scaleIn + k * padded(layer.N) + j));
                    left = sub(left, signed_by(mask_of(load_bits(layer.row(k, i), j, n)), term));
                }
                sum.flush(mul(mul(left, left), load(data.weights + j)));
            }
            rowErrors[i * (layer.K + 1) + count] = sum_lanes(sum.lanes);
        }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(assign_rows);
HWY_EXPORT(solve_rows);
HWY_EXPORT(error_rows);

namespace
{

/// The alternation's passes over one layer, and their scratch.
class Refiner
{
public:
    Refiner(const float* W, const std::vector<double>& roots, const BoolKernels& layer, int threads)
        : m_layer(layer), m_threads(threads), m_width(padded(layer.N)), m_chunks(chunk_count(layer.M)),
          m_scaleIn(layer.K * m_width), m_weights(m_width), m_weightedScaleIn(m_width),
          m_partials(2 * m_chunks * m_width), m_columns(m_width),
          m_rowErrors(layer.M * (layer.K + 1)), m_data{W, layer, m_scaleIn.data(), m_weights.data()}
    {
        for (std::int64_t j = 0; j < layer.N; ++j)
            m_weights[j] = roots.empty() ? 1.0f : float(roots[std::size_t(j)] * roots[std::size_t(j)]);
        readScaleIn();
    }

    /// Copies the layer's scaleIn anew, after a change from outside.
    void readScaleIn()
    {
        for (std::int64_t k = 0; k < m_layer.K; ++k)
            std::copy_n(m_layer.scaleIn + k * m_layer.N, m_layer.N, m_scaleIn.data() + k * m_width);
    }

    /// Signs given scales; returns the error left.
    double assignSigns()
    {
        for_row_chunks(m_layer.M, m_threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            HWY_DYNAMIC_DISPATCH(assign_rows)(m_data, begin, end, m_rowErrors.data());
        });
        return interleaved_sum(m_layer.M, [this](std::int64_t i) { return m_rowErrors[i]; });
    }

    /// Scales given signs.
    void solveScales()
    {
        for (int sweep = 0; sweep < kScaleSweeps; ++sweep)
            for (std::int64_t k = 0; k < m_layer.K; ++k)
                solveKernel(k);
    }

    /// Errors left after 0 … K kernels.
    std::vector<double> errors()
    {
        const std::int64_t stride = m_layer.K + 1;
        for_row_chunks(m_layer.M, m_threads, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            HWY_DYNAMIC_DISPATCH(error_rows)(m_data, begin, end, m_rowErrors.data());
        });
        std::vector<double> sums;
        for (std::int64_t count = 0; count < stride; ++count)
            sums.push_back(
                interleaved_sum(m_layer.M, [&](std::int64_t i) { return m_rowErrors[i * stride + count]; }));
        return sums;
    }

private:
    void solveKernel(std::int64_t k)
    {
        const std::int64_t M = m_layer.M, N = m_layer.N;
        float* scaleIn = m_scaleIn.data() + k * m_width;
        ScaleStep step{k, m_weightedScaleIn.data(), 0.0};
        step.norm = interleaved_sum(N, [&](std::int64_t j) {
            m_weightedScaleIn[j] = m_weights[j] * scaleIn[j];
            return double(m_weightedScaleIn[j]) * double(scaleIn[j]);
        });
        std::fill_n(m_partials.data(), 2 * m_chunks * m_width, 0.0f);
        for_row_chunks(M, m_threads, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
            float* columns = m_partials.data() + 2 * chunk * m_width;
            HWY_DYNAMIC_DISPATCH(solve_rows)(m_data, step, begin, end, columns + m_width, columns);
        });
        sum_chunks(m_partials.data(), m_chunks, 2 * m_width, N, m_columns.data(), m_threads);
        const float* scaleOut = m_layer.scaleOut + k * M;
        const double norm =
            interleaved_sum(M, [=](std::int64_t i) { return double(scaleOut[i]) * double(scaleOut[i]); });
        if (!(norm > 0.0)) return;
        for (std::int64_t j = 0; j < N; ++j)
            scaleIn[j] = float(m_columns[j] / norm);
        std::copy_n(scaleIn, N, m_layer.scaleIn + k * N);
    }

    BoolKernels m_layer;
    int m_threads;
    std::int64_t m_width, m_chunks;
    AlignedBuffer<float> m_scaleIn;         ///< (K, padded N)
    AlignedBuffer<float> m_weights;         ///< (padded N)
    AlignedBuffer<float> m_weightedScaleIn; ///< (padded N)
    AlignedBuffer<float> m_partials;        ///< per piece of rows: column sums, then a row of scratch
    AlignedBuffer<double> m_columns;        ///< (padded N)
    AlignedBuffer<double> m_rowErrors;      ///< (M, K + 1)
    RefineData m_data;
};

/// The best state seen: rounding, or an unlucky weight at a tie, must not make the result worse than what was
/// had.
class Snapshot
{
public:
    explicit Snapshot(const BoolKernels& layer) : m_layer(layer) {}

    void keep(double error)
    {
        m_error = error;
        m_bits.assign(m_layer.bits, m_layer.bits + m_layer.K * m_layer.M * row_bytes(m_layer.N));
        m_scaleOut.assign(m_layer.scaleOut, m_layer.scaleOut + m_layer.K * m_layer.M);
        m_scaleIn.assign(m_layer.scaleIn, m_layer.scaleIn + m_layer.K * m_layer.N);
    }

    void restore() const
    {
        std::ranges::copy(m_bits, m_layer.bits);
        std::ranges::copy(m_scaleOut, m_layer.scaleOut);
        std::ranges::copy(m_scaleIn, m_layer.scaleIn);
    }

    double error() const { return m_error; }

private:
    BoolKernels m_layer;
    double m_error = 0.0;
    std::vector<std::uint8_t> m_bits;
    std::vector<float> m_scaleOut, m_scaleIn;
};

/// Rounds until one gains less than the tolerance; leaves the best state in the layer and returns errors().
std::vector<double> alternate(Refiner& refiner, const RefineConfig& config, const BoolKernels& layer)
{
    Snapshot best(layer);
    best.keep(refiner.errors().back());
    double previous = 0.0;
    for (int round = 0; round < config.maxRounds; ++round) {
        const double error = refiner.assignSigns();
        if (error <= best.error()) best.keep(error);
        if (error == 0.0 || (round > 0 && error > (1.0 - config.tolerance) * previous)) break;
        previous = error;
        refiner.solveScales();
    }
    auto errors = refiner.errors();
    if (errors.back() <= best.error()) return errors;
    best.restore();
    refiner.readScaleIn();
    return refiner.errors();
}

} // namespace

void refine(const float* W, const float* columnWeights, const RefineConfig& config, const BoolKernels& layer,
            double* errors, int threads)
{
    if (reference_forced()) return refine_ref(W, columnWeights, config, layer, errors);
    const auto roots = column_roots(columnWeights, layer.N);
    svid_weighted(W, roots, layer, errors, threads);
    if (layer.K < 1 || layer.K > kMaxRefinedKernels || layer.M == 0 || layer.N == 0) return;
    Refiner refiner(W, roots, layer, threads);
    const auto left = alternate(refiner, config, layer);
    for (std::int64_t k = 0; errors && k < layer.K; ++k)
        errors[k] = left[0] > 0.0 ? left[std::size_t(k + 1)] / left[0] : 0.0;
}

} // namespace boolab::kernels
#endif
