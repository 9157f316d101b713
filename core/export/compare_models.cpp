// SPDX-License-Identifier: Apache-2.0
#include "core/export/compare_models.h"

#include "core/formats/gguf_rope.h"
#include "core/tokenizer/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

// A GGUF's reader finds llama3's parameters from divisors in float32.
constexpr double kDivisorTolerance = 1e-5;

constexpr const char* kSample =
    "The quick brown fox doesn't jump over 1,234.5 lazy dogs; it's 100% sure.\n\n\tdef f(x):  return x**2\r\n"
    "Größe, naïve, façade — “quotes”… Ελληνικά Русский العربية עברית हिन्दी ไทย 中文字符 日本語 한국어 "
    "👩‍🚀🎉 "
    "  end";

bool alike(double a, double b)
{
    return static_cast<float>(a) == static_cast<float>(b);
}

bool sameDivisors(const ModelConfig& a, const ModelConfig& b)
{
    return std::ranges::equal(ropeDivisors(a), ropeDivisors(b), [](float one, float other) {
        return std::abs(one / other - 1) < kDivisorTolerance;
    });
}

/// Kinds of scaling that are parameters, not divisors.
bool sameScaling(const RopeScaling& a, const RopeScaling& b)
{
    const auto byParameters = [](const RopeScaling& scaling) {
        return scaling.type == RopeScaling::Type::Linear || scaling.type == RopeScaling::Type::Yarn;
    };
    if (!byParameters(a) && !byParameters(b)) return true;
    if (a.type != b.type || !alike(a.factor, b.factor)) return false;
    return a.type == RopeScaling::Type::Linear || a.originalMaxPositions == b.originalMaxPositions;
}

} // namespace

std::string configDifference(const ModelConfig& written, const ModelConfig& meant)
{
    const std::tuple<const char*, std::int64_t, std::int64_t> sizes[] = {
        {"vocab_size", written.vocabSize, meant.vocabSize},
        {"hidden_size", written.hiddenSize, meant.hiddenSize},
        {"intermediate_size", written.intermediateSize, meant.intermediateSize},
        {"num_hidden_layers", written.numLayers, meant.numLayers},
        {"num_attention_heads", written.numHeads, meant.numHeads},
        {"num_key_value_heads", written.numKvHeads, meant.numKvHeads},
        {"head_dim", written.headDim, meant.headDim},
        {"max_position_embeddings", written.maxPositions, meant.maxPositions},
        {"tie_word_embeddings", written.tieWordEmbeddings, meant.tieWordEmbeddings},
        {"attention_bias", written.attentionBias, meant.attentionBias},
        {"mlp_bias", written.mlpBias, meant.mlpBias}};
    for (const auto& [name, is, expected] : sizes)
        if (is != expected) return fmt::format("{} is {}, expected {}", name, is, expected);
    if (!alike(written.rmsNormEps, meant.rmsNormEps)) return "rms_norm_eps is another";
    if (!alike(written.ropeTheta, meant.ropeTheta) || !sameDivisors(written, meant) ||
        !sameScaling(written.ropeScaling, meant.ropeScaling))
        return "the rotary positions are others";
    return {};
}

std::string tokenizerDifference(const ModelFiles& written, const ModelFiles& meant)
{
    const auto expected = Tokenizer::open(meant);
    if (!expected) return {}; // of a kind that Boolab does not read: it was copied as it is
    const auto is = Tokenizer::open(written);
    if (!is) return is.error().message;
    for (const bool special : {false, true})
        if (is->encode(kSample, special) != expected->encode(kSample, special))
            return "its tokenizer splits a text into other tokens";
    if (is->eosIds().empty() != expected->eosIds().empty() ||
        (!is->eosIds().empty() && is->eosIds().front() != expected->eosIds().front()))
        return "its tokenizer ends texts with another token";
    if (is->hasChatTemplate() != expected->hasChatTemplate()) return "its chat template is missing";
    if (!expected->hasChatTemplate()) return {};
    const std::vector<ChatMessage> chat = {
        {"user", "What is 2 + 2?"}, {"assistant", "4."}, {"user", "Thanks!"}};
    const auto wrapped = is->applyChatTemplate(chat), wanted = expected->applyChatTemplate(chat);
    if (wrapped.has_value() == wanted.has_value() && (!wanted || *wrapped == *wanted)) return {};
    return "its chat template gives another text";
}

} // namespace boolab
