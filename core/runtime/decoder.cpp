// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/decoder.h"

#include "core/base/system_info.h"
#include "core/runtime/decoder_weights.h"
#include "core/runtime/rope_frequencies.h"
#include "kernels/attention.h"
#include "kernels/keep_awake.h"
#include "kernels/rms_norm.h"
#include "kernels/rotate_heads.h"
#include "kernels/swiglu.h"

#include <cmath>
#include <fmt/format.h>
#include <new>

namespace boolab
{

namespace
{

/// Rows of a step that are computed together; longer prompts go in pieces of this size.
constexpr std::int64_t kRowsAtOnce = 64;

/// Products of attention for which a second thread is worth waking.
constexpr std::int64_t kWorthHelp = 65536;

float* sized(std::vector<float>& values, std::int64_t size)
{
    if (static_cast<std::int64_t>(values.size()) < size) values.resize(static_cast<std::size_t>(size));
    return values.data();
}

void addTo(float* sum, const float* term, std::int64_t size)
{
    for (std::int64_t i = 0; i < size; ++i)
        sum[i] += term[i];
}

/// Some tokens of one sequence in the rows of a piece.
struct Segment {
    KeyValueCache* cache = nullptr;
    std::span<const std::int32_t> tokens;
    std::int64_t row = 0; ///< of the first
};

} // namespace

struct Decoder::Impl {
    DecoderWeights weights;
    DecoderOptions options;
    RopeFrequencies frequencies;
    kernels::GemmScratch scratch;
    std::vector<float> x, normed, inverseRms, query, turned, turnedKeys, mixed, projected, gate, up, inner,
        cosine, sine, wanted, logits;

    const ModelConfig& config() const { return weights.config; }

    /// All of one x (T, in) at once: layers that share an input are one call.
    struct Product {
        const DecoderLinear* linear;
        float* y; ///< (T, out)
    };
    void multiply(std::initializer_list<Product> products, const float* input, std::int64_t T)
    {
        std::vector<kernels::GemmTask> packed;
        for (const auto& [linear, y] : products) {
            if (const auto* matrix = std::get_if<kernels::RowMatrix>(&linear->weight))
                kernels::row_gemm(*matrix, input, T, y, options.threads);
            else
                packed.push_back({std::get<kernels::PackedKernels>(linear->weight), input, y});
        }
        if (!packed.empty()) kernels::bool_gemm(packed, T, scratch, options.threads);
        for (const auto& [linear, y] : products)
            if (linear->bias)
                for (std::int64_t t = 0, M = rowsOf(*linear); t < T; ++t)
                    addTo(y + t * M, linear->bias, M);
    }

    static std::int64_t rowsOf(const DecoderLinear& linear)
    {
        return std::visit([](const auto& weight) { return weight.M; }, linear.weight);
    }

    const float* norm(const float* weight, std::int64_t T)
    {
        const std::int64_t C = config().hiddenSize;
        kernels::rms_norm(x.data(), weight, T, C, config().rmsNormEps, sized(normed, T * C),
                          sized(inverseRms, T), T > 1 ? options.threads : 1);
        return normed.data();
    }

    void setAngles(const std::vector<Segment>& segments, std::int64_t T)
    {
        const std::int64_t D = config().headDim;
        float *c = sized(cosine, T * D), *s = sized(sine, T * D);
        for (const Segment& segment : segments)
            for (std::size_t i = 0; i < segment.tokens.size(); ++i) {
                const std::int64_t row = segment.row + static_cast<std::int64_t>(i);
                const auto position =
                    static_cast<float>(segment.cache->length() + static_cast<std::int64_t>(i));
                for (std::int64_t j = 0; j < D / 2; ++j) {
                    const float angle =
                        position * static_cast<float>(frequencies.inverse[static_cast<std::size_t>(j)]);
                    c[row * D + j] = std::cos(angle) * static_cast<float>(frequencies.attentionFactor);
                    s[row * D + j] = std::sin(angle) * static_cast<float>(frequencies.attentionFactor);
                }
            }
    }

    void attend(const DecoderBlock& block, std::int64_t layer, const std::vector<Segment>& segments,
                std::int64_t T)
    {
        const ModelConfig& c = config();
        const std::int64_t H = c.numHeads, KV = c.numKvHeads, D = c.headDim;
        const float* input = norm(block.attentionNorm, T);
        float* keys = sized(gate, T * KV * D); // gate and up are not in use yet
        float* values = sized(up, T * KV * D);
        multiply({{&block.query, sized(query, T * H * D)}, {&block.key, keys}, {&block.value, values}}, input,
                 T);
        kernels::rotate_heads(query.data(), cosine.data(), sine.data(), T, T, H, D, false,
                              sized(turned, T * H * D), 1);
        kernels::rotate_heads(keys, cosine.data(), sine.data(), T, T, KV, D, false,
                              sized(turnedKeys, T * KV * D), 1);
        sized(mixed, T * H * D);
        std::vector<kernels::AttentionTask> tasks;
        std::int64_t work = 0;
        for (const Segment& segment : segments) {
            const auto count = static_cast<std::int64_t>(segment.tokens.size());
            KeyValueCache& cache = *segment.cache;
            cache.append(layer, count, turnedKeys.data() + segment.row * KV * D,
                         values + segment.row * KV * D);
            tasks.push_back({cache.of(layer), turned.data() + segment.row * H * D,
                             mixed.data() + segment.row * H * D, cache.length(), count});
            work += count * H * D * (cache.length() + count);
        }
        kernels::attention(tasks, H, work > kWorthHelp ? options.threads : 1);
        multiply({{&block.output, sized(projected, T * c.hiddenSize)}}, mixed.data(), T);
        addTo(x.data(), projected.data(), T * c.hiddenSize);
    }

    void think(const DecoderBlock& block, std::int64_t T)
    {
        const ModelConfig& c = config();
        const std::int64_t F = c.intermediateSize;
        const float* input = norm(block.mlpNorm, T);
        multiply({{&block.gate, sized(gate, T * F)}, {&block.up, sized(up, T * F)}}, input, T);
        kernels::swiglu(gate.data(), up.data(), T * F, sized(inner, T * F), T > 1 ? options.threads : 1);
        multiply({{&block.down, sized(projected, T * c.hiddenSize)}}, inner.data(), T);
        addTo(x.data(), projected.data(), T * c.hiddenSize);
    }

    /// The blocks over some rows, whose positions are then seen; x is what the head reads, before the final
    /// norm.
    void pass(const std::vector<Segment>& segments, std::int64_t T)
    {
        const std::int64_t C = config().hiddenSize;
        sized(x, T * C);
        for (const Segment& segment : segments)
            for (std::size_t i = 0; i < segment.tokens.size(); ++i)
                kernels::copy_row(weights.embedding, segment.tokens[i],
                                  x.data() + (segment.row + static_cast<std::int64_t>(i)) * C);
        setAngles(segments, T);
        for (std::size_t layer = 0; layer < weights.blocks.size(); ++layer) {
            attend(weights.blocks[layer], static_cast<std::int64_t>(layer), segments, T);
            think(weights.blocks[layer], T);
        }
        for (const Segment& segment : segments)
            segment.cache->advance(static_cast<std::int64_t>(segment.tokens.size()));
    }

    /// Logits of the rows of `wanted` (rows, C), which are normed.
    void head(std::int64_t rows, float* to)
    {
        kernels::row_gemm(weights.head, wanted.data(), rows, to, options.threads);
    }
};

Decoder::Decoder(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;
Decoder::~Decoder() = default;

Result<Decoder> Decoder::load(const ModelFiles& files, const DecoderOptions& options)
try {
    auto weights = loadDecoderWeights(files, options);
    if (!weights) return std::unexpected(weights.error());
    auto impl = std::make_unique<Impl>();
    impl->frequencies = ropeFrequencies(weights->config);
    impl->weights = std::move(*weights);
    impl->options = options;
    return Decoder(std::move(impl));
} catch (const std::bad_alloc&) {
    return fail(
        ErrorCode::OutOfMemory,
        fmt::format(
            "{}: its weights do not fit into memory{}: the files hold {:.1f} GB, {:.1f} GB are "
            "available",
            files.path().string(), options.layers == DecoderOptions::Layers::Float32 ? " in float32" : "",
            static_cast<double>(files.fileBytes()) / 1e9, static_cast<double>(availableMemoryBytes()) / 1e9),
        "Close other programs, or choose a smaller model or packed layers.");
}

const ModelConfig& Decoder::config() const
{
    return m_impl->config();
}

std::int64_t Decoder::weightBytes() const
{
    return m_impl->weights.arena.bytesTaken();
}

std::int64_t Decoder::bytesReadPerToken() const
{
    if (config().tieWordEmbeddings) return weightBytes();
    const kernels::RowMatrix& embedding = m_impl->weights.embedding;
    const std::int64_t row = embedding.rowBytes() + (embedding.scale ? std::int64_t{sizeof(float)} : 0);
    return weightBytes() - (embedding.M - 1) * row;
}

KeyValueCache Decoder::emptyCache() const
{
    return {config(), m_impl->options.cache};
}

std::span<const float> Decoder::forward(std::span<const DecoderInput> inputs)
{
    const kernels::KeepAwake awake;
    Impl& impl = *m_impl;
    const std::int64_t C = config().hiddenSize, V = config().vocabSize;
    std::int64_t rows = 0;
    for (const DecoderInput& input : inputs)
        rows += input.everyLogit ? static_cast<std::int64_t>(input.tokens.size()) : 1;
    sized(impl.logits, rows * V);
    std::int64_t done = 0; // rows of logits

    std::vector<Segment> segments;
    std::vector<std::int64_t> wantedRows;
    std::int64_t T = 0;
    const auto flush = [&] {
        if (T == 0) return;
        impl.pass(segments, T);
        if (!wantedRows.empty()) {
            const auto count = static_cast<std::int64_t>(wantedRows.size());
            const float* normed = impl.norm(impl.weights.finalNorm, T);
            sized(impl.wanted, count * C);
            for (std::int64_t i = 0; i < count; ++i)
                std::copy_n(normed + wantedRows[static_cast<std::size_t>(i)] * C, C,
                            impl.wanted.data() + i * C);
            impl.head(count, impl.logits.data() + done * V);
            done += count;
        }
        segments.clear();
        wantedRows.clear();
        T = 0;
    };
    for (const DecoderInput& input : inputs)
        for (std::size_t from = 0; from < input.tokens.size();) {
            const auto room = static_cast<std::size_t>(kRowsAtOnce - T);
            const std::size_t count = std::min(room, input.tokens.size() - from);
            segments.push_back({input.cache, input.tokens.subspan(from, count), T});
            for (std::size_t i = 0; i < count; ++i)
                if (input.everyLogit || from + i + 1 == input.tokens.size())
                    wantedRows.push_back(T + static_cast<std::int64_t>(i));
            T += static_cast<std::int64_t>(count);
            from += count;
            if (T == kRowsAtOnce) flush();
        }
    flush();
    return {impl.logits.data(), static_cast<std::size_t>(rows * V)};
}

} // namespace boolab
