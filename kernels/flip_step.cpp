// SPDX-License-Identifier: Apache-2.0
#include "kernels/flip_step.h"

#include "kernels/aligned_buffer.h"
#include "kernels/flip_common.h"
#include "kernels/flip_step_data.h"
#include "kernels/highway_config.h"
#include "kernels/isa.h"
#include "kernels/reference.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/flip_step.cpp"
#include <hwy/foreach_target.h>

#include "kernels/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace boolab::kernels::HWY_NAMESPACE
{

using DoubleTag = hn::CappedTag<double, std::size_t(kLanes)>;
using HalfFloatTag = hn::Rebind<float, DoubleTag>;
constexpr int kDoubleWidth = int(hn::MaxLanes(DoubleTag()));

/// Adds the exact squares of sixteen floats to the row's and the columns' double sums.
static HWY_INLINE void add_squares(const float* Q, double* lanes, double* columns)
{
    const DoubleTag d;
    for (int p = 0; p < int(kLanes); p += kDoubleWidth) {
        const auto q = hn::PromoteTo(d, hn::LoadU(HalfFloatTag(), Q + p));
        const auto square = hn::Mul(q, q);
        hn::StoreU(hn::Add(hn::LoadU(d, lanes + p), square), d, lanes + p);
        hn::StoreU(hn::Add(hn::LoadU(d, columns + p), square), d, columns + p);
    }
}

/// Sums of Q^2 of rows begin … end - 1: rowSums (M), columns (padded N) zeroed before. scaleIn: padded N.
void square_sum_rows(const BoolKernels& layer, std::int64_t k, const float* G, const float* scaleIn,
                     std::int64_t begin, std::int64_t end, double* rowSums, double* columns)
{
    for (std::int64_t i = begin; i < end; ++i) {
        const F16 scaleOut = splat(layer.scaleOut[k * layer.M + i]);
        alignas(64) double lanes[kLanes] = {};
        alignas(64) float Q[kLanes];
        for (std::int64_t j = 0; j < layer.N; j += kLanes) {
            const F16 g = load_some(G + i * layer.N + j, columns_at(j, layer.N));
            store(mul(g, mul(scaleOut, load(scaleIn + j))), Q);
            add_squares(Q, lanes, columns + j);
        }
        rowSums[i] = sum_lanes(lanes);
    }
}

/// random_word of columns j … j + 15 decides each value's rounding.
static HWY_INLINE void store_stochastic(const F16& v, RowKey key, std::int64_t j, std::uint16_t* x)
{
    const UintTag du;
    BOOLAB_EACH_PART
    {
        auto h = hn::Add(hn::Iota(du, 0), hn::Set(du, std::uint32_t(j + p * kWidth) + key.first));
        h = hn::Mul(hn::Xor(h, hn::ShiftRight<16>(h)), hn::Set(du, kMurmur1));
        h = hn::Xor(h, hn::Set(du, key.second));
        h = hn::Mul(hn::Xor(h, hn::ShiftRight<13>(h)), hn::Set(du, kMurmur2));
        h = hn::And(hn::Xor(h, hn::ShiftRight<16>(h)), hn::Set(du, 0xffff));
        const auto rounded = hn::ShiftRight<16>(hn::Add(hn::BitCast(du, v.part[p]), h));
        hn::StoreU(hn::DemoteTo(HalfWordTag(), hn::BitCast(IntTag(), rounded)), HalfWordTag(),
                   x + p * kWidth);
    }
}

/// A NaN stays one.
static HWY_INLINE F16 clip(const F16& q, float bound)
{
    const F16 most = splat(bound), least = splat(-bound);
    return select(less(most, q), most, select(less(q, least), least, q));
}

/// Sixteen columns' new momentum, written back rounded; returned as it was before.
static HWY_INLINE F16 move_momentum(const MomentumPass& pass, std::int64_t i, std::int64_t j, RowKey key,
                                    std::uint16_t* momentum)
{
    const F16 g = load_some(pass.G + i * pass.layer.N + j, columns_at(j, pass.layer.N));
    const F16 q = clip(mul(mul(g, splat(pass.rowFactor[i])), load(pass.columnFactor + j)), pass.bound);
    const F16 moved = add(mul(splat(momentum_decay(pass.config)), load_bfloat16(momentum)), q);
    store_stochastic(moved, key, j, momentum);
    return moved;
}

/// Moves the momentum of rows begin … end - 1; those whose score reaches the threshold are added to `found`.
void momentum_rows(const MomentumPass& pass, std::int64_t begin, std::int64_t end,
                   std::vector<FlipCandidate>& found)
{
    const BoolKernels& layer = pass.layer;
    const F16 threshold = splat(pass.config.threshold), scale = splat(pass.scoreScale);
    const bool flips = may_flip(pass.config);
    for (std::int64_t i = begin; i < end; ++i) {
        const RowKey key = row_key(pass.config, i);
        for (std::int64_t j = 0; j < layer.N; j += kLanes) {
            const std::int64_t n = columns_at(j, layer.N);
            std::uint16_t* momentum = pass.momentum + i * layer.N + j;
            std::uint16_t buffer[kLanes] = {};
            if (HWY_UNLIKELY(n < kLanes)) std::memcpy(buffer, momentum, std::size_t(n) * sizeof(*buffer));
            const F16 moved = move_momentum(pass, i, j, key, n < kLanes ? buffer : momentum);
            if (HWY_UNLIKELY(n < kLanes)) std::memcpy(momentum, buffer, std::size_t(n) * sizeof(*buffer));
            if (!flips) continue;
            const F16 score = signed_by(mask_of(load_bits(layer.row(pass.k, i), j, n)), mul(moved, scale));
            std::uint32_t reached = bits_of(at_least(score, threshold)) & ((1u << n) - 1);
            if (HWY_LIKELY(reached == 0)) continue;
            float scores[kLanes];
            store(score, scores);
            for (; reached != 0; reached &= reached - 1) {
                const int lane = std::countr_zero(reached);
                found.push_back({scores[lane], i * layer.N + j + lane});
            }
        }
    }
}

} // namespace boolab::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace boolab::kernels
{

HWY_EXPORT(square_sum_rows);
HWY_EXPORT(momentum_rows);

namespace
{

/// First reading of G: the moments, and the factors that they give.
bool momentsAndFactors(const BoolKernels& layer, std::int64_t k, const float* G, const FlipConfig& config,
                       const FlipState& state, int threads, FlipFactors& factors)
{
    const std::int64_t M = layer.M, N = layer.N, width = padded(N), chunks = chunk_count(M);
    AlignedBuffer<float> scaleIn(width);
    std::copy_n(layer.scaleIn + k * N, N, scaleIn.data());
    AlignedBuffer<double> rowSums(M), partials(chunks * width), columnSums(width);
    for_row_chunks(M, threads, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(square_sum_rows)
        (layer, k, G, scaleIn.data(), begin, end, rowSums.data(), partials.data() + chunk * width);
    });
    sum_chunks(partials.data(), chunks, width, N, columnSums.data(), threads);
    return move_moments(layer, k, rowSums.data(), columnSums.data(), config, state, factors);
}

} // namespace

std::int64_t flip_step(const BoolKernels& layer, std::int64_t k, const float* G, const FlipConfig& config,
                       const FlipState& state, int threads)
{
    if (reference_forced()) return flip_step_ref(layer, k, G, config, state);
    FlipFactors factors;
    if (!momentsAndFactors(layer, k, G, config, state, threads, factors)) return 0;
    factors.column.resize(std::size_t(padded(layer.N)), 0.0f);
    const MomentumPass pass{layer,
                            k,
                            G,
                            config,
                            factors.row.data(),
                            factors.column.data(),
                            score_scale(config),
                            clip_bound(config),
                            state.momentum};
    std::vector<std::vector<FlipCandidate>> found(std::size_t(chunk_count(layer.M)));
    for_row_chunks(layer.M, threads, [&](std::int64_t chunk, std::int64_t begin, std::int64_t end) {
        HWY_DYNAMIC_DISPATCH(momentum_rows)(pass, begin, end, found[std::size_t(chunk)]);
    });
    std::vector<FlipCandidate> candidates;
    for (const auto& part : found)
        candidates.insert(candidates.end(), part.begin(), part.end());
    return apply_flips(candidates, layer, k, config, state);
}

} // namespace boolab::kernels
#endif
