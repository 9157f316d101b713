// SPDX-License-Identifier: Apache-2.0
#include "core/convert/conversion_store.h"

#include "core/base/atomic_write.h"
#include "core/base/mapped_file.h"
#include "core/formats/safetensors_writer.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

template <class T> std::span<const T> viewOf(const SafetensorsTensor& tensor)
{
    return {reinterpret_cast<const T*>(tensor.bytes.data()), tensor.bytes.size() / sizeof(T)};
}

bool isOf(const fs::path& folder, const nlohmann::json& identity)
{
    auto text = readTextFile(folder / "job.json");
    return text && nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false) == identity;
}

} // namespace

fs::path conversionFolder(const fs::path& output)
{
    fs::path name = output.lexically_normal();
    if (!name.has_filename()) name = name.parent_path();
    return name.string() + ".conversion";
}

Result<ConversionStore> ConversionStore::open(const fs::path& output, const nlohmann::json& identity)
{
    ConversionStore store(conversionFolder(output));
    std::error_code error;
    if (isOf(store.m_folder, identity)) {
        for (const auto& entry : fs::directory_iterator(store.m_folder, error))
            store.m_found += entry.path().extension() == ".safetensors" ? 1 : 0;
        return store;
    }
    fs::remove_all(store.m_folder, error);
    fs::create_directories(store.m_folder, error);
    if (error)
        return fail(ErrorCode::Io,
                    fmt::format("{}: cannot be made: {}", store.m_folder.string(), error.message()),
                    "Check the output folder's place and its permissions.");
    if (auto written = writeFileAtomically(store.m_folder / "job.json", identity.dump(2)); !written)
        return std::unexpected(written.error());
    return store;
}

fs::path ConversionStore::pathOf(const LinearLayerInfo& layer) const
{
    return m_folder / (layer.name + ".safetensors");
}

bool ConversionStore::contains(const LinearLayerInfo& layer) const
{
    std::error_code error;
    return fs::exists(pathOf(layer), error);
}

Status ConversionStore::save(const ConvertedLayer& layer)
{
    const std::int64_t K = layer.kernelCount, M = layer.info.outFeatures, N = layer.info.inFeatures;
    const fs::path path = pathOf(layer.info), temporary = path.string() + ".new";
    std::vector<float> errors(layer.errors.begin(), layer.errors.end());
    auto writer = SafetensorsWriter::create(temporary, {{"scale_out", DType::F32, {K, M}},
                                                        {"scale_in", DType::F32, {K, N}},
                                                        {"errors", DType::F32, {K}},
                                                        {"bits", DType::U8, {K, M, kernels::row_bytes(N)}}});
    if (!writer) return std::unexpected(writer.error());
    for (const auto& values : {std::span<const float>(layer.scaleOut), std::span<const float>(layer.scaleIn),
                               std::span<const float>(errors)})
        if (auto written = writer->writeFloats(values); !written) return written;
    if (auto written = writer->writeBytes(std::as_bytes(std::span(layer.bits))); !written) return written;
    if (auto written = writer->finish(); !written) return written;
    std::error_code error;
    fs::rename(temporary, path, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("{}: cannot be written: {}", path.string(), error.message()),
                    "Check the disk and the folder's permissions.");
    return {};
}

Result<StoredLayer> ConversionStore::load(const LinearLayerInfo& layer) const
{
    auto file = SafetensorsFile::open(pathOf(layer));
    if (!file) return std::unexpected(file.error());
    StoredLayer stored{std::move(*file), 0, {}, {}, {}, {}};
    for (const SafetensorsTensor& tensor : stored.file.tensors()) {
        if (tensor.name == "bits") stored.bits = viewOf<std::uint8_t>(tensor);
        if (tensor.name == "scale_out") stored.scaleOut = viewOf<float>(tensor);
        if (tensor.name == "scale_in") stored.scaleIn = viewOf<float>(tensor);
        if (tensor.name == "errors") stored.errors = viewOf<float>(tensor);
    }
    stored.kernelCount = static_cast<std::int64_t>(stored.errors.size());
    const auto K = static_cast<std::size_t>(stored.kernelCount),
               M = static_cast<std::size_t>(layer.outFeatures),
               N = static_cast<std::size_t>(layer.inFeatures);
    if (K == 0 || stored.bits.size() != K * M * ((N + 7) / 8) || stored.scaleOut.size() != K * M ||
        stored.scaleIn.size() != K * N)
        return fail(ErrorCode::BadInput, fmt::format("{}: is no converted layer", pathOf(layer).string()),
                    "Delete the folder; the conversion starts again.");
    return stored;
}

void ConversionStore::remove()
{
    std::error_code error;
    fs::remove_all(m_folder, error);
}

} // namespace boolab
