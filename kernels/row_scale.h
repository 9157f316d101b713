// SPDX-License-Identifier: Apache-2.0
// The scale of activations in 16-bit fixed point: one definition for the CPU's code and the CUDA ops.
#pragma once

#include <cstdint>
#include <limits>

namespace boolab::kernels
{

/// What a row of quantised activations is worth: v_j is q_j size drop.
struct RowStep {
    float size = 0.0f; ///< NaN where some v_j is not finite
    float drop = 1.0f; ///< a power of two: 1 but for rows so tiny that their steps would be denormal
};

/// Largest magnitude of a quantised activation: sums of N of them fit 32 bits.
constexpr std::int64_t largest_activation(std::int64_t N)
{
    const std::int64_t fits = N > 0 ? 2147483647 / N : 32767;
    return fits < 32767 ? fits : 32767;
}

/// How v_j becomes q_j = round(v_j lift inverse).
struct RowScale {
    float lift = 1.0f;    ///< a power of two that takes tiny rows out of the range of denormals
    float inverse = 0.0f; ///< 0: every q_j is 0
    RowStep step;
};

/// From max|v|, which is not finite where some v_j is not; |q_j| <= most.
constexpr RowScale row_scale(float largest, std::int64_t most)
{
    using Limits = std::numeric_limits<float>;
    if (!(largest <= Limits::max())) return {1.0f, 0.0f, {Limits::quiet_NaN(), 1.0f}};
    if (largest == 0.0f) return {};
    const auto units = float(most);
    const bool tiny = largest < 0x1p-60f;
    const float lift = tiny ? 0x1p100f : 1.0f, lifted = largest * lift;
    return {lift, units / lifted, {lifted / units, tiny ? 0x1p-100f : 1.0f}};
}

/// A row whose largest magnitude is beyond 20 times its root mean square is taken in two pieces, each with a
/// step of its own: the outliers, which are those beyond, and the rest.
constexpr std::int64_t kMostPeak = 20;

/// What q_j adds to a row's energy: the upper half of a product of 16-bit integers. A row's energy fits 31
/// bits: up to 65,538 columns |q_j| <= 32767, beyond |q_j| < 2^31 / N, so that N q_j^2 / 2^16 < 2^46 / N.
constexpr std::int32_t energy_of(std::int32_t q)
{
    return q * q >> 16;
}

/// What an outlier's energy_of() is beyond, of N quantised activations with this energy in all. Decided on
/// integers, so alike everywhere. Outliers are fewer than N / kMostPeak^2, as their energies add up to no
/// more than the row's.
constexpr std::int32_t outlier_limit(std::int64_t N, std::int32_t energy)
{
    return N > 0 ? std::int32_t(kMostPeak * kMostPeak * energy / N) : 0;
}

/// Room for a row's outliers.
constexpr std::int64_t most_outliers(std::int64_t N)
{
    return N / (kMostPeak * kMostPeak);
}

/// Whether a row quantised by `scale` has outliers: its largest magnitude is `most`.
constexpr bool has_outliers(const RowScale& scale, std::int64_t most, std::int32_t limit)
{
    return scale.inverse != 0.0f && energy_of(std::int32_t(most)) > limit;
}

} // namespace boolab::kernels
