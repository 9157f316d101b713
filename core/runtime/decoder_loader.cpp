// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/decoder_weights.h"
#include "kernels/bfloat16.h"
#include "kernels/dense_weight.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

using kernels::RowMatrix;

/// Rows converted at a time: a large embedding never stands in memory whole in float32.
constexpr std::int64_t kRowsAtOnce = 1024;

/// Reads one model's tensors into an arena and remembers the first error.
class WeightReader
{
public:
    WeightReader(const ModelFiles& files, const DecoderOptions& options, WeightArena& arena)
        : m_files(files), m_options(options), m_arena(arena)
    {
    }

    const std::optional<Error>& error() const { return m_error; }

    const float* vector(const std::string& name, std::int64_t size)
    {
        const TensorInfo* info = checked(name, {size});
        if (!info) return nullptr;
        auto* values = m_arena.take<float>(size);
        keep(m_files.readFloat32(*info, {values, static_cast<std::size_t>(size)}));
        return values;
    }

    DecoderLinear linear(const LinearLayerInfo& info, bool hasBias)
    {
        DecoderLinear linear;
        const auto view = m_files.booleanLayer(info.name);
        if (view)
            linear.weight = boolean(info, *view);
        else
            linear.weight = dense(info.name + ".weight", info.outFeatures, info.inFeatures,
                                  m_options.layers == DecoderOptions::Layers::Float32);
        if (hasBias) linear.bias = vector(info.name + ".bias", info.outFeatures);
        return linear;
    }

    /// The embedding or the head, in the type that the options ask for.
    RowMatrix embedding(const std::string& name, std::int64_t V, std::int64_t C)
    {
        if (m_options.embedding == DecoderOptions::Embedding::AsStored)
            return dense(name, V, C, m_options.layers == DecoderOptions::Layers::Float32);
        const TensorInfo* info = checked(name, {V, C});
        if (!info) return {};
        auto* values = m_arena.take<std::int8_t>(V * C);
        auto* scale = m_arena.take<float>(V);
        eachRows(*info, V, C, [&](std::int64_t first, std::int64_t rows, const float* from) {
            kernels::quantize_rows(from, rows, C, values + first * C, scale + first, m_options.threads);
        });
        return {RowMatrix::Type::Int8, V, C, values, scale};
    }

private:
    void keep(const Status& status)
    {
        if (!status && !m_error) m_error = status.error();
    }

    const TensorInfo* checked(const std::string& name, const std::vector<std::int64_t>& shape)
    {
        if (m_error) return nullptr;
        const TensorInfo* info = m_files.find(name);
        if (info && info->shape == shape) return info;
        const std::string path = m_files.path().string();
        m_error = Error{ErrorCode::BadInput,
                        info ? fmt::format("{}: tensor \"{}\" has shape [{}], expected [{}] from the config",
                                           path, name, fmt::join(info->shape, ", "), fmt::join(shape, ", "))
                             : fmt::format("{}: has no tensor \"{}\"", path, name),
                        "The weights do not fit their config. Download or export the model again."};
        return nullptr;
    }

    /// body(first row, rows, their values) in pieces, of a tensor whose rows lie in order.
    template <class Body>
    void eachRows(const TensorInfo& info, std::int64_t M, std::int64_t N, const Body& body)
    {
        std::vector<float> values;
        for (std::int64_t first = 0; first < M && !m_error; first += kRowsAtOnce) {
            const std::int64_t rows = std::min(kRowsAtOnce, M - first);
            values.resize(static_cast<std::size_t>(rows * N));
            keep(m_files.readFloat32Rows(info, first, rows, values));
            if (!m_error) body(first, rows, values.data());
        }
        m_files.release(info);
    }

    RowMatrix dense(const std::string& name, std::int64_t M, std::int64_t N, bool wide)
    {
        const TensorInfo* info = checked(name, {M, N});
        if (!info) return {};
        if (wide || info->dtype != DType::BF16) {
            auto* values = m_arena.take<float>(M * N);
            keep(m_files.readFloat32(*info, {values, static_cast<std::size_t>(M * N)}));
            m_files.release(*info);
            return {RowMatrix::Type::Float32, M, N, values, nullptr};
        }
        auto* values = m_arena.take<std::uint16_t>(M * N);
        std::vector<float> read(static_cast<std::size_t>(M * N));
        keep(m_files.readFloat32(*info, read));
        m_files.release(*info);
        std::ranges::transform(read, values, kernels::float_to_bfloat16);
        return {RowMatrix::Type::BFloat16, M, N, values, nullptr};
    }

    std::variant<kernels::PackedKernels, RowMatrix> boolean(const LinearLayerInfo& info,
                                                            const BooleanLayerView& view)
    {
        const std::int64_t K = view.kernelCount, M = info.outFeatures, N = info.inFeatures;
        const TensorInfo* out = checked(info.name + ".scale_out", {K, M});
        const TensorInfo* in = checked(info.name + ".scale_in", {K, N});
        if (!out || !in) return RowMatrix{};
        auto* scaleOut = m_arena.take<float>(K * M);
        auto* scaleIn = m_arena.take<float>(K * N);
        keep(m_files.readFloat32(*out, {scaleOut, static_cast<std::size_t>(K * M)}));
        keep(m_files.readFloat32(*in, {scaleIn, static_cast<std::size_t>(K * N)}));
        // The ops that only read take the same view as those that flip.
        const kernels::BoolKernels layer{K,        M,      N, const_cast<std::uint8_t*>(view.bits.data()),
                                         scaleOut, scaleIn};
        std::variant<kernels::PackedKernels, RowMatrix> weight;
        if (m_options.layers == DecoderOptions::Layers::Packed) {
            weight =
                kernels::pack_kernels(layer, m_arena.take(kernels::packed_bytes(K, M, N)), m_options.threads);
        } else {
            auto* values = m_arena.take<float>(M * N);
            kernels::dense_weight_f32(layer, values, m_options.threads);
            weight = RowMatrix{RowMatrix::Type::Float32, M, N, values, nullptr};
        }
        m_files.release(*m_files.find(info.name + ".bool_weight"));
        return weight;
    }

    const ModelFiles& m_files;
    const DecoderOptions& m_options;
    WeightArena& m_arena;
    std::optional<Error> m_error;
};

DecoderBlock readBlock(WeightReader& reader, const ModelConfig& config, std::int64_t index)
{
    const std::string prefix = fmt::format("model.layers.{}.", index);
    DecoderBlock block;
    block.attentionNorm = reader.vector(prefix + "input_layernorm.weight", config.hiddenSize);
    block.mlpNorm = reader.vector(prefix + "post_attention_layernorm.weight", config.hiddenSize);
    const auto infos = linearLayersOf(config, index);
    const std::array<DecoderLinear*, 7> linears = {&block.query, &block.key, &block.value, &block.output,
                                                   &block.gate,  &block.up,  &block.down};
    for (std::size_t place = 0; place < linears.size(); ++place) {
        const bool attention = infos[place].name.find("self_attn") != std::string::npos;
        *linears[place] = reader.linear(infos[place], attention ? config.attentionBias : config.mlpBias);
    }
    return block;
}

} // namespace

Result<DecoderWeights> loadDecoderWeights(const ModelFiles& files, const DecoderOptions& options)
{
    DecoderWeights weights;
    weights.config = files.config();
    const ModelConfig& config = weights.config;
    const std::int64_t V = config.vocabSize, C = config.hiddenSize;
    WeightReader reader(files, options, weights.arena);
    weights.embedding = reader.embedding("model.embed_tokens.weight", V, C);
    for (std::int64_t i = 0; i < config.numLayers && !reader.error(); ++i)
        weights.blocks.push_back(readBlock(reader, config, i));
    weights.finalNorm = reader.vector("model.norm.weight", C);
    weights.head = config.tieWordEmbeddings ? weights.embedding : reader.embedding("lm_head.weight", V, C);
    if (reader.error()) return std::unexpected(*reader.error());
    return weights;
}

} // namespace boolab
