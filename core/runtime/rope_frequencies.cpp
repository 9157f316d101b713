// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/rope_frequencies.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace boolab
{

namespace
{

/// Llama 3.1: low frequencies are stretched by `factor`, high ones kept, those between blended.
double scaleLlama3(double frequency, const RopeScaling& scaling)
{
    const double original = static_cast<double>(scaling.originalMaxPositions);
    const double wavelength = 2.0 * std::numbers::pi / frequency;
    if (wavelength < original / scaling.highFrequencyFactor) return frequency;
    if (wavelength > original / scaling.lowFrequencyFactor) return frequency / scaling.factor;
    const double smooth = (original / wavelength - scaling.lowFrequencyFactor) /
                          (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
    return (1.0 - smooth) * frequency / scaling.factor + smooth * frequency;
}

/// YaRN (arXiv 2309.00071) with its defaults beta_fast = 32 and beta_slow = 1: the share of interpolation at
/// dimension i.
double yarnRamp(std::int64_t i, const ModelConfig& config)
{
    const auto dimensionOf = [&](double rotations) {
        return static_cast<double>(config.headDim) *
               std::log(static_cast<double>(config.ropeScaling.originalMaxPositions) /
                        (rotations * 2.0 * std::numbers::pi)) /
               (2.0 * std::log(config.ropeTheta));
    };
    const double low = std::max(std::floor(dimensionOf(32.0)), 0.0);
    double high = std::min(std::ceil(dimensionOf(1.0)), static_cast<double>(config.headDim - 1));
    if (high == low) high += 0.001;
    return std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
}

} // namespace

RopeFrequencies ropeFrequencies(const ModelConfig& config)
{
    RopeFrequencies result;
    const auto& scaling = config.ropeScaling;
    for (std::int64_t i = 0; i < config.headDim / 2; ++i) {
        double frequency =
            std::pow(config.ropeTheta, -2.0 * static_cast<double>(i) / static_cast<double>(config.headDim));
        if (!scaling.frequencyDivisors.empty()) {
            frequency /= scaling.frequencyDivisors[static_cast<std::size_t>(i)];
        } else if (scaling.type == RopeScaling::Type::Linear) {
            frequency /= scaling.factor;
        } else if (scaling.type == RopeScaling::Type::Llama3) {
            frequency = scaleLlama3(frequency, scaling);
        } else if (scaling.type == RopeScaling::Type::Yarn) {
            const double ramp = yarnRamp(i, config);
            frequency = frequency / scaling.factor * ramp + frequency * (1.0 - ramp);
        }
        result.inverse.push_back(frequency);
    }
    if (scaling.type == RopeScaling::Type::Yarn && scaling.factor > 1.0)
        result.attentionFactor = 0.1 * std::log(scaling.factor) + 1.0;
    return result;
}

} // namespace boolab
