// SPDX-License-Identifier: Apache-2.0
#include "core/base/atomic_write.h"
#include "core/export/write_dense.h"
#include "core/formats/quantize.h"
#include "core/formats/safetensors_writer.h"
#include "core/formats/tokenizer_files.h"
#include "core/tokenizer/gguf_vocabulary.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

const char* transformersName(DType dtype)
{
    if (dtype == DType::F32) return "float32";
    return dtype == DType::F16 ? "float16" : "bfloat16";
}

std::string denseConfig(const ModelConfig& source, DType dtype)
{
    nlohmann::json config = source.source;
    config.erase("quantization_config");
    config["tie_word_embeddings"] = source.tieWordEmbeddings;
    config[config.contains("dtype") ? "dtype" : "torch_dtype"] = transformersName(dtype);
    return config.dump(2) + "\n";
}

Status checkConfig(const ModelFiles& source)
{
    if (!source.config().source.contains("rope_frequency_divisors")) return {};
    return fail(ErrorCode::Unsupported,
                fmt::format("{}: its rope frequencies (rope_freqs.weight) follow no parameters that "
                            "transformers knows",
                            source.path().string()),
                "Export it as GGUF, which holds them.");
}

} // namespace

DType safetensorsTypeOf(const DenseTensor& /*tensor*/, DType dtype)
{
    return dtype;
}

Status writeDenseFolder(const std::filesystem::path& folder, const ModelFiles& source, DType dtype,
                        int threads, const TensorProgress& progress)
{
    if (auto known = checkConfig(source); !known) return known;
    const DenseModel model(source, threads);
    const std::vector<DenseTensor> tensors = denseTensorsOf(source.config());
    std::vector<PlannedTensor> plan;
    for (const DenseTensor& tensor : tensors)
        plan.push_back({tensor.name, safetensorsTypeOf(tensor, dtype), tensor.shape});
    auto writer = SafetensorsWriter::create(folder / "model.safetensors", std::move(plan));
    if (!writer) return std::unexpected(writer.error());
    for (const DenseTensor& tensor : tensors) {
        auto written = model.forPieces(
            tensor, [&](std::int64_t, std::span<float> values) { return writer->writeFloats(values); });
        if (written) written = progress();
        if (!written) return written;
    }
    if (auto ended = writer->finish(); !ended) return ended;
    if (auto ok = writeFileAtomically(folder / "config.json", denseConfig(source.config(), dtype)); !ok)
        return ok;
    return source.kind() == ModelKind::Gguf && !hasTokenizer(source) ? Status()
                                                                     : writeTokenizerFiles(folder, source);
}

} // namespace boolab
