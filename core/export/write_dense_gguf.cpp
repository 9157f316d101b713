// SPDX-License-Identifier: Apache-2.0
#include "core/export/write_dense.h"
#include "core/formats/gguf_llama.h"
#include "core/formats/gguf_llama_metadata.h"
#include "core/formats/gguf_rope.h"
#include "core/formats/gguf_writer.h"
#include "core/formats/quantize.h"
#include "core/tokenizer/gguf_vocabulary.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

namespace
{

/// general.file_type (llama.h, llama_ftype).
std::uint64_t fileTypeOf(DType dtype)
{
    switch (dtype) {
    case DType::F32:
        return 0;
    case DType::F16:
        return 1;
    case DType::Q8_0:
        return 7;
    default:
        return 32; // BF16
    }
}

/// What the source's own file says of the model: its name, its licence, what it was made from.
Result<GgufMetadata> generalKeysOf(const ModelFiles& source, const std::string& name,
                                   const std::string& licence)
{
    GgufMetadata keys;
    if (source.kind() == ModelKind::Gguf) {
        const auto file = GgufFile::open(source.path());
        if (!file) return std::unexpected(file.error());
        for (const auto& [key, value] : file->metadata())
            if (key.starts_with("general.") && key != "general.architecture" && key != "general.file_type" &&
                key != "general.quantization_version" && key != "general.alignment")
                keys.emplace_back(key, value);
    }
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty() && std::ranges::find(keys, key, &GgufMetadata::value_type::first) == keys.end())
            keys.emplace_back(key, value);
    };
    add("general.type", "model");
    add("general.name", name);
    add("general.license", licence);
    return keys;
}

Result<GgufMetadata> metadataOf(const ModelFiles& source, const std::string& name, const std::string& licence,
                                DType dtype)
{
    GgufMetadata keys = {{"general.architecture", std::string("llama")}};
    const auto general = generalKeysOf(source, name, licence);
    if (!general) return general;
    keys.insert(keys.end(), general->begin(), general->end());
    keys.emplace_back("general.file_type", fileTypeOf(dtype));
    if (dtype == DType::Q8_0) keys.emplace_back("general.quantization_version", std::uint64_t{2});
    const GgufMetadata sizes = ggufLlamaMetadata(source.config());
    keys.insert(keys.end(), sizes.begin(), sizes.end());
    const auto vocabulary = ggufVocabulary(source);
    if (!vocabulary) return vocabulary;
    keys.insert(keys.end(), vocabulary->begin(), vocabulary->end());
    return keys;
}

/// Brings pieces into ggml's row order and type and hands them to the file.
class TensorWriter
{
public:
    TensorWriter(GgufWriter& file, const ModelConfig& config) : m_file(file), m_config(config) {}

    Status write(const DenseTensor& tensor, DType dtype, std::span<const float> values)
    {
        if (isRopePermuted(tensor.name)) {
            m_permuted.resize(values.size());
            const bool query = tensor.name.find("q_proj") != std::string::npos;
            permuteRopeRows(values, m_permuted, tensor.rows(), tensor.columns(),
                            query ? m_config.numHeads : m_config.numKvHeads);
            values = m_permuted;
        }
        if (auto narrow = quantize(dtype, values, m_bytes); !narrow) return narrow;
        return m_file.writeBytes(m_bytes);
    }

private:
    GgufWriter& m_file;
    const ModelConfig& m_config;
    std::vector<float> m_permuted;
    std::vector<std::byte> m_bytes;
};

} // namespace

DType ggufTypeOf(const DenseTensor& tensor, DType dtype)
{
    if (tensor.shape.size() < 2) return DType::F32;
    return tensor.columns() % layoutOf(dtype).blockElements == 0 ? dtype : DType::F16;
}

Status writeDenseGguf(const std::filesystem::path& file, const ModelFiles& source, const std::string& name,
                      const std::string& licence, DType dtype, int threads, const TensorProgress& progress)
{
    const auto metadata = metadataOf(source, name, licence, dtype);
    if (!metadata) return std::unexpected(metadata.error());
    const std::vector<DenseTensor> tensors = denseTensorsOf(source.config());
    const std::vector<float> divisors = ropeDivisors(source.config());
    std::vector<PlannedTensor> plan;
    if (!divisors.empty())
        plan.push_back({"rope_freqs.weight", DType::F32, {static_cast<std::int64_t>(divisors.size())}});
    for (const DenseTensor& tensor : tensors)
        plan.push_back({*ggufName(tensor.name), ggufTypeOf(tensor, dtype), tensor.shape});
    auto writer = GgufWriter::create(file, *metadata, std::move(plan));
    if (!writer) return std::unexpected(writer.error());
    if (!divisors.empty())
        if (auto ok = writer->writeBytes(std::as_bytes(std::span(divisors))); !ok) return ok;
    const DenseModel model(source, threads);
    TensorWriter into(*writer, source.config());
    for (const DenseTensor& tensor : tensors) {
        auto written = model.forPieces(tensor, [&](std::int64_t, std::span<float> values) {
            return into.write(tensor, ggufTypeOf(tensor, dtype), values);
        });
        if (written) written = progress();
        if (!written) return written;
    }
    return writer->finish();
}

} // namespace boolab
