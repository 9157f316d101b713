// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_files.h"

#include "core/formats/drop.h"
#include "core/formats/gguf_llama.h"
#include "core/formats/model_files_impl.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

std::int64_t TensorInfo::elementCount() const
{
    std::int64_t count = 1;
    for (const std::int64_t length : shape)
        count *= length;
    return count;
}

void ModelFiles::Impl::add(TensorInfo info, std::span<const std::byte> data)
{
    byName[info.name] = tensors.size();
    tensors.push_back(std::move(info));
    bytes.push_back(data);
}

const TensorInfo* ModelFiles::Impl::find(const std::string& name) const
{
    const auto found = byName.find(name);
    return found == byName.end() ? nullptr : &tensors[found->second];
}

std::vector<LinearLayerInfo> linearLayersOf(const ModelConfig& config, std::int64_t block)
{
    const std::int64_t C = config.hiddenSize, F = config.intermediateSize,
                       Q = config.numHeads * config.headDim, KV = config.numKvHeads * config.headDim;
    const std::string attention = fmt::format("model.layers.{}.self_attn.", block),
                      mlp = fmt::format("model.layers.{}.mlp.", block);
    return {{attention + "q_proj", Q, C, 0},  {attention + "k_proj", KV, C, 0},
            {attention + "v_proj", KV, C, 0}, {attention + "o_proj", C, Q, 0},
            {mlp + "gate_proj", F, C, 0},     {mlp + "up_proj", F, C, 0},
            {mlp + "down_proj", C, F, 0}};
}

std::vector<LinearLayerInfo> linearLayersOf(const ModelConfig& config)
{
    std::vector<LinearLayerInfo> layers;
    for (std::int64_t i = 0; i < config.numLayers; ++i)
        for (LinearLayerInfo& layer : linearLayersOf(config, i))
            layers.push_back(std::move(layer));
    return layers;
}

Status ModelFiles::Impl::dequantizeInt8(const TensorInfo& tensor, std::int64_t first,
                                        std::span<const std::byte> rows, std::span<float> destination) const
{
    const TensorInfo* info = find(tensor.name + kRowScaleSuffix);
    const std::int64_t count = tensor.shape.front();
    if (!info || info->shape != std::vector<std::int64_t>{count})
        return fail(ErrorCode::BadInput,
                    fmt::format("is I8 without one scale per row (\"{}{}\")", tensor.name, kRowScaleSuffix),
                    "Convert or export the model again.");
    std::vector<float> scales(static_cast<std::size_t>(count));
    if (auto read = dequantize(info->dtype, bytes[byName.at(info->name)], scales); !read) return read;
    const std::size_t columns =
        static_cast<std::size_t>(tensor.elementCount() / std::max<std::int64_t>(1, count));
    for (std::size_t i = 0; i < destination.size(); ++i)
        destination[i] = static_cast<float>(static_cast<std::int8_t>(rows[i])) *
                         scales[static_cast<std::size_t>(first) + i / columns];
    return {};
}

namespace
{

/// Every weight that the config asks for must be there with its shape before anybody computes.
Status checkWeights(const ModelFiles::Impl& impl)
{
    const ModelConfig& config = impl.config;
    const auto check = [&](const std::string& name, const std::vector<std::int64_t>& shape) -> Status {
        const TensorInfo* info = impl.find(name);
        const auto show = [](const std::vector<std::int64_t>& s) {
            std::string text;
            for (const std::int64_t length : s)
                text += (text.empty() ? "" : " x ") + std::to_string(length);
            return text;
        };
        if (!info)
            return fail(ErrorCode::BadInput,
                        fmt::format("{}: tensor \"{}\" is missing", impl.path.string(), name),
                        "The model is incomplete, or its config.json belongs to another model.");
        if (info->shape != shape)
            return fail(ErrorCode::BadInput,
                        fmt::format("{}: tensor \"{}\" is {}, expected {} from the config",
                                    impl.path.string(), name, show(info->shape), show(shape)),
                        "The weights and the config do not belong together.");
        const DType dtype = info->dtype;
        if (dtype == DType::I8 && impl.find(name + kRowScaleSuffix)) return {};
        if (dtype == DType::F64 || dtype == DType::I8 || dtype == DType::I16 || dtype == DType::I32 ||
            dtype == DType::I64 || dtype == DType::U8 || dtype == DType::Bool)
            return fail(ErrorCode::Unsupported,
                        fmt::format("{}: tensor \"{}\" has dtype {}, which is no dtype of weights here",
                                    impl.path.string(), name, nameOf(dtype)),
                        "Export the model in F32, F16 or BF16.");
        return {};
    };
    if (auto ok = check("model.embed_tokens.weight", {config.vocabSize, config.hiddenSize}); !ok) return ok;
    if (auto ok = check("model.norm.weight", {config.hiddenSize}); !ok) return ok;
    if (!config.tieWordEmbeddings)
        if (auto ok = check("lm_head.weight", {config.vocabSize, config.hiddenSize}); !ok) return ok;
    for (std::int64_t i = 0; i < config.numLayers; ++i)
        for (const char* norm : {"input_layernorm", "post_attention_layernorm"})
            if (auto ok = check(fmt::format("model.layers.{}.{}.weight", i, norm), {config.hiddenSize}); !ok)
                return ok;
    for (const LinearLayerInfo& layer : linearLayersOf(config)) {
        if (!impl.booleanLayers.contains(layer.name))
            if (auto ok = check(layer.name + ".weight", {layer.outFeatures, layer.inFeatures}); !ok)
                return ok;
        const bool attention = layer.name.find("self_attn") != std::string::npos;
        if (attention ? config.attentionBias : config.mlpBias)
            if (auto ok = check(layer.name + ".bias", {layer.outFeatures}); !ok) return ok;
    }
    return {};
}

} // namespace

ModelFiles::ModelFiles(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ModelFiles::ModelFiles(ModelFiles&&) noexcept = default;
ModelFiles& ModelFiles::operator=(ModelFiles&&) noexcept = default;
ModelFiles::~ModelFiles() = default;

Result<ModelFiles> ModelFiles::open(const fs::path& path)
{
    std::error_code error;
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    if (!fs::exists(path, error))
        return fail(ErrorCode::BadInput, fmt::format("{}: there is no such file or folder", path.string()),
                    "Check the path.");
    const std::string extension = lowerCaseExtension(path);
    const bool folder = fs::is_directory(path, error);
    if (!folder && extension != ".gguf" && extension != ".safetensors")
        return fail(ErrorCode::BadInput, fmt::format("{}: is no model", path.string()),
                    "Expected a Hugging Face folder, a .gguf, a .safetensors beside a config.json, or a "
                    "Boolean model folder.");
    auto opened = !folder && extension == ".gguf" ? openGguf(*impl) : openHuggingFace(*impl);
    if (opened && !impl->config.source.value("quantization_config", nlohmann::json()).is_null())
        opened = readBooleanLayers(*impl);
    if (opened) opened = checkWeights(*impl);
    if (!opened) return std::unexpected(opened.error());
    return ModelFiles(std::move(impl));
}

ModelKind ModelFiles::kind() const
{
    return m_impl->kind;
}
const fs::path& ModelFiles::path() const
{
    return m_impl->path;
}
const fs::path& ModelFiles::folder() const
{
    return m_impl->folder;
}
const ModelConfig& ModelFiles::config() const
{
    return m_impl->config;
}
const std::vector<TensorInfo>& ModelFiles::tensors() const
{
    return m_impl->tensors;
}
const TensorInfo* ModelFiles::find(const std::string& name) const
{
    return m_impl->find(name);
}
std::int64_t ModelFiles::fileBytes() const
{
    return m_impl->fileBytes;
}

std::span<const std::byte> ModelFiles::bytes(const TensorInfo& tensor) const
{
    return m_impl->bytes[m_impl->byName.at(tensor.name)];
}

Status ModelFiles::readFloat32(const TensorInfo& tensor, std::span<float> destination) const
{
    const std::int64_t rows = tensor.shape.empty() ? 1 : tensor.shape[0];
    if (kind() != ModelKind::Gguf || !isRopePermuted(tensor.name))
        return readFloat32Rows(tensor, 0, rows, destination);
    std::vector<float> stored(destination.size());
    if (auto read = readFloat32Rows(tensor, 0, rows, stored); !read) return read;
    const std::int64_t heads =
        tensor.name.find("q_proj") != std::string::npos ? config().numHeads : config().numKvHeads;
    const std::int64_t columns = tensor.shape.size() > 1 ? tensor.shape[1] : 1; // biases are permuted alike
    unpermuteRopeRows(stored, destination, rows, columns, heads);
    return {};
}

Status ModelFiles::readFloat32Rows(const TensorInfo& tensor, std::int64_t first, std::int64_t count,
                                   std::span<float> destination) const
{
    const auto whole = bytes(tensor);
    const std::size_t rows = static_cast<std::size_t>(tensor.shape.empty() ? 1 : tensor.shape[0]);
    const std::size_t rowBytes = rows > 0 ? whole.size() / rows : 0;
    const auto part =
        whole.subspan(static_cast<std::size_t>(first) * rowBytes, static_cast<std::size_t>(count) * rowBytes);
    auto read = tensor.dtype == DType::I8 ? m_impl->dequantizeInt8(tensor, first, part, destination)
                                          : dequantize(tensor.dtype, part, destination);
    MappedFile::release(part);
    if (!read)
        return fail(read.error().code,
                    fmt::format("{}: tensor \"{}\": {}", path().string(), tensor.name, read.error().message),
                    read.error().hint);
    return {};
}

void ModelFiles::release(const TensorInfo& tensor) const
{
    MappedFile::release(bytes(tensor));
}

std::vector<LinearLayerInfo> ModelFiles::linearLayers() const
{
    auto layers = linearLayersOf(config());
    for (LinearLayerInfo& layer : layers)
        if (const auto view = booleanLayer(layer.name)) layer.kernelCount = view->kernelCount;
    return layers;
}

std::optional<BooleanLayerView> ModelFiles::booleanLayer(const std::string& layer) const
{
    const auto found = m_impl->booleanLayers.find(layer);
    return found == m_impl->booleanLayers.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t ModelFiles::parameterCount() const
{
    std::int64_t count = 0;
    for (const TensorInfo& tensor : tensors()) {
        const std::string& name = tensor.name;
        const bool boolean = name.ends_with(".bool_weight") || name.ends_with(".scale_out") ||
                             name.ends_with(".scale_in") || name.ends_with(kRowScaleSuffix);
        // A tied head that is stored all the same counts once.
        if (!boolean && !(config().tieWordEmbeddings && name == "lm_head.weight"))
            count += tensor.elementCount();
    }
    for (const auto& [name, view] : m_impl->booleanLayers)
        count += view.outFeatures * view.inFeatures;
    return count;
}

double ModelFiles::bitsPerWeight() const
{
    double bits = 0, weights = 0;
    for (const LinearLayerInfo& layer : linearLayers()) {
        const bool boolean = layer.kernelCount > 0;
        if (kind() == ModelKind::Boolean && !boolean) continue;
        const double size = static_cast<double>(layer.outFeatures * layer.inFeatures);
        weights += size;
        if (!boolean) {
            bits += 8.0 * static_cast<double>(find(layer.name + ".weight")->byteSize);
            continue;
        }
        bits += static_cast<double>(layer.kernelCount) * size;
        for (const char* scale : {".scale_out", ".scale_in"})
            bits += 8.0 * static_cast<double>(find(layer.name + scale)->byteSize);
    }
    return weights > 0 ? bits / weights : 0;
}

double ModelFiles::bitsPerWeightAll() const
{
    return 8.0 * static_cast<double>(fileBytes()) /
           static_cast<double>(std::max<std::int64_t>(1, parameterCount()));
}

} // namespace boolab
