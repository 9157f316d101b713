// SPDX-License-Identifier: Apache-2.0
#include "core/export/verify_export.h"

#include "core/export/compare_models.h"
#include "core/formats/quantize.h"
#include "core/tokenizer/gguf_vocabulary.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

namespace boolab
{

namespace
{

std::unexpected<Error> differs(const std::filesystem::path& written, const std::string& what)
{
    return fail(ErrorCode::Io,
                fmt::format("{}: what was written is not what was meant: {}", written.string(), what),
                "Nothing was kept. Check the disk, and report this with the job file if it happens again.");
}

bool isFinite(std::span<const float> values)
{
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

/// Sums what a type costs over all pieces.
class RoundingCost
{
public:
    void add(std::span<const float> stored, std::span<const float> meant)
    {
        for (std::size_t i = 0; i < stored.size(); ++i) {
            const double difference = static_cast<double>(stored[i]) - static_cast<double>(meant[i]);
            m_error += difference * difference;
            m_size += static_cast<double>(meant[i]) * static_cast<double>(meant[i]);
        }
    }
    double relative() const { return m_size > 0 ? std::sqrt(m_error / m_size) : 0; }

private:
    double m_error = 0, m_size = 0;
};

Status checkRange(const ModelFiles& source, const DenseTensor& tensor, DType type,
                  std::span<const float> meant, std::span<const float> rounded)
{
    if (isFinite(rounded)) return {};
    if (!isFinite(meant))
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: tensor \"{}\" has values that are not finite", source.path().string(),
                                tensor.name),
                    "The model is damaged: convert or download it again.");
    return fail(ErrorCode::Unsupported,
                fmt::format("{}: tensor \"{}\" has values beyond the range of {}", source.path().string(),
                            tensor.name, nameOf(type)),
                "Use --type bf16 or f32.");
}

/// The files of what was written, with the same config and tokenizer as the source.
Result<ModelFiles> openAlike(const std::filesystem::path& written, const ModelFiles& source)
{
    auto files = ModelFiles::open(written);
    if (!files) return differs(written, files.error().message);
    if (const std::string what = configDifference(files->config(), source.config()); !what.empty())
        return differs(written, what);
    if (!hasTokenizer(source)) return files;
    if (const std::string what = tokenizerDifference(*files, source); !what.empty())
        return differs(written, what);
    return files;
}

} // namespace

nlohmann::json Verification::toJson() const
{
    return {{"tensors", tensors},
            {"values", values},
            {"relative_error", relativeError},
            {"tokenizer", tokenizer}};
}

Result<Verification> verifyDense(const std::filesystem::path& written, const ModelFiles& source, DType dtype,
                                 TypeOfTensor typeOf, int threads, const TensorProgress& progress)
{
    const auto files = openAlike(written, source);
    if (!files) return std::unexpected(files.error());
    const DenseModel meant(source, threads), stored(*files, threads);
    Verification verification{.tokenizer = hasTokenizer(source)};
    RoundingCost cost;
    std::vector<float> rounded, read;
    std::vector<std::byte> memory;
    for (const DenseTensor& tensor : denseTensorsOf(source.config())) {
        const DType type = typeOf(tensor, dtype);
        auto same = meant.forPieces(tensor, [&](std::int64_t first, std::span<float> values) -> Status {
            rounded.assign(values.begin(), values.end());
            read.resize(values.size());
            if (auto ok = roundThrough(type, rounded, memory); !ok) return ok;
            if (auto fits = checkRange(source, tensor, type, values, rounded); !fits) return fits;
            const auto count = static_cast<std::int64_t>(values.size()) / tensor.columns();
            if (auto ok = stored.read(tensor, first, count, read); !ok) return ok;
            if (std::memcmp(read.data(), rounded.data(), rounded.size() * sizeof(float)) != 0)
                return differs(written, fmt::format("tensor \"{}\" has other values", tensor.name));
            cost.add(read, values);
            return {};
        });
        if (same) same = progress();
        if (!same) return std::unexpected(same.error());
        ++verification.tensors;
        verification.values += tensor.rows() * tensor.columns();
    }
    verification.relativeError = cost.relative();
    return verification;
}

namespace
{

/// Tensors of another type than the source's, in pieces of whole rows.
Status compareRounded(const std::filesystem::path& written, const ModelFiles& files, const TensorInfo& info,
                      const ModelFiles& source, RoundingCost& cost)
{
    const DenseTensor tensor{info.name, info.shape};
    std::vector<float> rounded, read;
    std::vector<std::byte> memory;
    return DenseModel(source, 1).forPieces(
        tensor, [&](std::int64_t first, std::span<float> values) -> Status {
            rounded.assign(values.begin(), values.end());
            read.resize(values.size());
            if (auto ok = roundThrough(info.dtype, rounded, memory); !ok) return ok;
            if (auto fits = checkRange(source, tensor, info.dtype, values, rounded); !fits) return fits;
            const auto count = static_cast<std::int64_t>(values.size()) / tensor.columns();
            if (auto ok = files.readFloat32Rows(info, first, count, read); !ok) return ok;
            if (std::memcmp(read.data(), rounded.data(), read.size() * sizeof(float)) != 0)
                return differs(written, fmt::format("tensor \"{}\" has other values", info.name));
            cost.add(read, values);
            return {};
        });
}

} // namespace

Result<Verification> verifyBoolean(const std::filesystem::path& written, const ModelFiles& source,
                                   const TensorProgress& progress)
{
    const auto files = openAlike(written, source);
    if (!files) return std::unexpected(files.error());
    Verification verification{.tokenizer = hasTokenizer(source)};
    RoundingCost cost;
    for (const TensorInfo& from : source.tensors()) {
        const TensorInfo* info = files->find(from.name);
        if (info == nullptr && from.name == "lm_head.weight" && source.config().tieWordEmbeddings) continue;
        if (info == nullptr || info->shape != from.shape)
            return differs(written, fmt::format("tensor \"{}\" is missing", from.name));
        Status same;
        if (info->dtype != from.dtype)
            same = compareRounded(written, *files, *info, source, cost);
        else if (!std::ranges::equal(files->bytes(*info), source.bytes(from)))
            same = differs(written, fmt::format("tensor \"{}\" has other bytes", from.name));
        files->release(*info);
        source.release(from);
        if (same) same = progress();
        if (!same) return std::unexpected(same.error());
        ++verification.tensors;
        verification.values += from.elementCount();
    }
    verification.relativeError = cost.relative();
    return verification;
}

} // namespace boolab
