// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_rope.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace boolab
{

namespace
{

/// What Llama 3.1 divides a frequency by; `turns` is the frequency over 2 pi, the inverse of its wavelength.
double llama3Divisor(double turns, const RopeScaling& scaling)
{
    const double rotations = static_cast<double>(scaling.originalMaxPositions) * turns;
    if (rotations > scaling.highFrequencyFactor) return 1;
    if (rotations < scaling.lowFrequencyFactor) return scaling.factor;
    const double smooth =
        (rotations - scaling.lowFrequencyFactor) / (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
    return 1 / ((1 - smooth) / scaling.factor + smooth);
}

double turnsOf(std::size_t i, std::int64_t headDim, double theta)
{
    return std::pow(theta, -2.0 * static_cast<double>(i) / static_cast<double>(headDim)) /
           (2 * std::numbers::pi);
}

/// original_max_position_embeddings and high_freq_factor for low_freq_factor = 1 from two blended divisors:
/// `smooth` above is linear in `turns`, and the three parameters count up to a common factor only.
void fitBlend(std::span<const float> divisors, std::int64_t headDim, double theta, RopeScaling& scaling)
{
    std::vector<std::pair<double, double>> points; // turns, smooth
    for (std::size_t i = 0; i < divisors.size(); ++i) {
        const double smooth =
            (1 / static_cast<double>(divisors[i]) - 1 / scaling.factor) / (1 - 1 / scaling.factor);
        if (smooth > 1e-4 && smooth < 1 - 1e-4) points.emplace_back(turnsOf(i, headDim, theta), smooth);
    }
    if (points.size() < 2) return;
    const auto [turns0, smooth0] = points.front();
    const auto [turns1, smooth1] = points.back();
    const double slope = (smooth1 - smooth0) / (turns1 - turns0), intercept = smooth0 - slope * turns0;
    if (!(slope > 0) || !(intercept < 0)) return;
    const double original = std::round(-slope / intercept);
    if (!(original >= 1 && original < 1e9)) return;
    scaling.originalMaxPositions = static_cast<std::int64_t>(original);
    scaling.highFrequencyFactor = std::round((1 - 1 / intercept) * 1000) / 1000;
}

void readScalingKeys(GgufKeys& keys, const GgufFile& file, ModelConfig& config)
{
    auto& scaling = config.ropeScaling;
    // Files from before August 2023 name a linear factor alone, and name it even where it is 1.
    const char* oldFactor = "llama.rope.scale_linear";
    const bool old = file.value(oldFactor) && !file.value("llama.rope.scaling.type");
    if (old && keys.positive(oldFactor) == 1) return;
    const auto type = keys.text("llama.rope.scaling.type", old ? "linear" : "none");
    if (type == "none") return;
    if (type != "linear" && type != "yarn")
        return keys.refuse(
            fmt::format("key \"llama.rope.scaling.type\" is \"{}\"; supported are none, linear, yarn", type),
            ErrorCode::Unsupported, "Use a model with one of these rope scalings.");
    scaling.type = type == "linear" ? RopeScaling::Type::Linear : RopeScaling::Type::Yarn;
    scaling.factor = keys.positive(old ? oldFactor : "llama.rope.scaling.factor");
    scaling.originalMaxPositions =
        keys.size("llama.rope.scaling.original_context_length", config.maxPositions);
    constexpr std::pair<const char*, double> kYarnDefaults[] = {{"yarn_ext_factor", 1},
                                                                {"yarn_attn_factor", 1},
                                                                {"attn_factor", 1},
                                                                {"yarn_beta_fast", 32},
                                                                {"yarn_beta_slow", 1}};
    for (const auto& [name, value] : kYarnDefaults)
        if (const auto key = fmt::format("llama.rope.scaling.{}", name); keys.positive(key, value) != value)
            keys.refuse(fmt::format("key \"{}\" is not {}, its default", key, value), ErrorCode::Unsupported,
                        "Boolab computes yarn with its default parameters only.");
}

void readDivisors(GgufKeys& keys, const GgufTensor& tensor, ModelConfig& config)
{
    auto& scaling = config.ropeScaling;
    const auto half = config.headDim / 2;
    if (tensor.shape != std::vector{half})
        return keys.refuse(
            fmt::format("tensor \"rope_freqs.weight\": its shape is {}, expected {} (half a head)",
                        fmt::join(tensor.shape, " x "), half));
    if (scaling.type != RopeScaling::Type::None)
        return keys.refuse("has both rope_freqs.weight and llama.rope.scaling.type", ErrorCode::Unsupported,
                           "Boolab takes models with one kind of rope scaling.");
    std::vector<float> divisors(static_cast<std::size_t>(half));
    if (auto status = dequantize(tensor.dtype, tensor.bytes, divisors); !status)
        return keys.refuse("tensor \"rope_freqs.weight\": " + status.error().message, status.error().code);
    if (!std::ranges::all_of(divisors, [](float d) { return std::isfinite(d) && d > 0; }))
        return keys.refuse("tensor \"rope_freqs.weight\" has values that are not positive");
    if (std::ranges::all_of(divisors, [](float d) { return d == 1; })) return;
    if (auto llama3 = recogniseLlama3(divisors, config.headDim, config.ropeTheta)) scaling = *llama3;
    scaling.frequencyDivisors = std::move(divisors);
}

} // namespace

std::vector<float> ropeDivisors(const ModelConfig& config)
{
    const RopeScaling& scaling = config.ropeScaling;
    if (!scaling.frequencyDivisors.empty() || scaling.type != RopeScaling::Type::Llama3)
        return scaling.frequencyDivisors;
    std::vector<float> divisors;
    for (std::int64_t i = 0; i < config.headDim / 2; ++i)
        divisors.push_back(static_cast<float>(
            llama3Divisor(turnsOf(static_cast<std::size_t>(i), config.headDim, config.ropeTheta), scaling)));
    return divisors;
}

std::optional<RopeScaling> recogniseLlama3(std::span<const float> divisors, std::int64_t headDim,
                                           double theta)
{
    RopeScaling scaling; // low and high as published: 1 and 4
    scaling.type = RopeScaling::Type::Llama3;
    scaling.factor = *std::ranges::max_element(divisors);
    scaling.originalMaxPositions = 8192;
    if (!(scaling.factor > 1)) return {};
    fitBlend(divisors, headDim, theta, scaling);
    for (std::size_t i = 0; i < divisors.size(); ++i)
        if (std::abs(llama3Divisor(turnsOf(i, headDim, theta), scaling) / divisors[i] - 1) > 1e-5) return {};
    return scaling;
}

void readGgufRope(const GgufFile& file, GgufKeys& keys, ModelConfig& config)
{
    config.ropeTheta = keys.positive("llama.rope.freq_base", 10000.0);
    readScalingKeys(keys, file, config);
    const auto* divisors = file.find("rope_freqs.weight");
    if (divisors && !keys.error()) readDivisors(keys, *divisors, config);
}

} // namespace boolab
