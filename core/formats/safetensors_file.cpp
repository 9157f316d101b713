// SPDX-License-Identifier: Apache-2.0
#include "core/formats/safetensors_file.h"

#include "core/formats/checked_json.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

namespace boolab
{

namespace
{

/// The format's own limit.
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::array kTypes = {DType::F32, DType::F16, DType::BF16, DType::F64, DType::I8,
                               DType::I16, DType::I32, DType::I64,  DType::U8,  DType::Bool};

constexpr const char* kHint =
    "The file is damaged, incomplete or not a safetensors file. Download or export it again.";

std::optional<DType> dtypeNamed(const std::string& name)
{
    for (const DType dtype : kTypes)
        if (name == nameOf(dtype)) return dtype;
    return {};
}

std::unexpected<Error> refuse(const std::filesystem::path& path, const std::string& what,
                              ErrorCode code = ErrorCode::BadInput)
{
    return fail(code, fmt::format("{}: {}", path.string(), what), kHint);
}

struct Entry {
    SafetensorsTensor tensor;
    std::uint64_t begin = 0, end = 0;
};

Result<Entry> readEntry(const std::filesystem::path& path, const std::string& name,
                        const nlohmann::json& json, std::uint64_t dataBytes)
{
    const std::string where = fmt::format("tensor \"{}\"", name);
    const auto bad = [&](const std::string& what) { return refuse(path, where + " " + what); };
    if (!json.is_object() || !json.contains("dtype") || !json["dtype"].is_string())
        return bad("has no dtype");
    if (!json.contains("shape") || !json["shape"].is_array()) return bad("has no shape");
    const auto offsets = json.value("data_offsets", nlohmann::json());
    if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
        !offsets[1].is_number_unsigned())
        return bad("has no data_offsets [begin, end]");

    Entry entry;
    entry.tensor.name = name;
    const auto dtype = dtypeNamed(json["dtype"].get<std::string>());
    if (!dtype)
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: {} has dtype {}, which is not supported", path.string(), where,
                                json["dtype"].dump()),
                    "Supported: F32, F16, BF16 (and integers, which hold no weights). Export the model in "
                    "one of these.");
    entry.tensor.dtype = *dtype;
    std::uint64_t bytes = static_cast<std::uint64_t>(layoutOf(*dtype).blockBytes);
    for (const auto& dim : json["shape"]) {
        if (!dim.is_number_unsigned())
            return bad(fmt::format("has a dimension of {}, expected a non-negative integer", dim.dump()));
        const auto length = dim.get<std::uint64_t>();
        if (length > (1ull << 40) || (length > 0 && bytes > (1ull << 50) / length))
            return bad(fmt::format("has an impossible dimension of {}", length));
        bytes *= length;
        entry.tensor.shape.push_back(static_cast<std::int64_t>(length));
    }
    entry.begin = offsets[0].get<std::uint64_t>();
    entry.end = offsets[1].get<std::uint64_t>();
    if (entry.begin > entry.end || entry.end > dataBytes)
        return bad(fmt::format("has data from {} to {}, the file holds {} bytes of data", entry.begin,
                               entry.end, dataBytes));
    if (entry.end - entry.begin != bytes)
        return bad(
            fmt::format("has {} bytes of data, its dtype and shape need {}", entry.end - entry.begin, bytes));
    return entry;
}

/// The JSON header; `data` becomes what stands behind it.
Result<nlohmann::json> readHeader(const std::filesystem::path& path, std::span<const std::byte> bytes,
                                  std::span<const std::byte>& data)
{
    std::uint64_t headerBytes = 0;
    if (bytes.size() < sizeof headerBytes)
        return refuse(path, fmt::format("has {} bytes, too few for a header", bytes.size()));
    std::memcpy(&headerBytes, bytes.data(), sizeof headerBytes);
    if (headerBytes > kMaxHeaderBytes || headerBytes > bytes.size() - sizeof headerBytes)
        return refuse(path,
                      fmt::format("claims a header of {} bytes, the file has {}", headerBytes, bytes.size()));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + sizeof headerBytes,
                                headerBytes);
    data = bytes.subspan(sizeof headerBytes + headerBytes);
    // A name that stands twice is refused: the last would silently win.
    auto header = parseJson(text, path.string() + ": its header", kHint, RepeatedKeys::Refused);
    if (header && !header->is_object()) return refuse(path, "its header is not a JSON object");
    return header;
}

/// The format allows texts alone; what else stands there is shown as it is written.
std::map<std::string, std::string> textsOf(const nlohmann::json& metadata)
{
    std::map<std::string, std::string> texts;
    if (!metadata.is_object()) return texts;
    for (const auto& [key, value] : metadata.items())
        texts[key] = value.is_string() ? value.get<std::string>() : value.dump();
    return texts;
}

} // namespace

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path)
{
    auto mapped = MappedFile::open(path);
    if (!mapped) return std::unexpected(mapped.error());
    SafetensorsFile file;
    file.m_file = std::move(*mapped);
    std::span<const std::byte> data;
    const auto header = readHeader(path, file.m_file.bytes(), data);
    if (!header) return std::unexpected(header.error());

    std::vector<Entry> entries;
    for (const auto& [name, json] : header->items()) {
        if (name == "__metadata__") {
            file.m_metadata = textsOf(json);
            continue;
        }
        auto entry = readEntry(path, name, json, data.size());
        if (!entry) return std::unexpected(entry.error());
        entries.push_back(std::move(*entry));
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t reached = 0;
    for (Entry& entry : entries) {
        if (entry.begin < reached)
            return refuse(path, fmt::format("tensor \"{}\" overlaps the one before it", entry.tensor.name));
        if (entry.begin > reached)
            return refuse(path, fmt::format("{} bytes before tensor \"{}\" belong to no tensor",
                                            entry.begin - reached, entry.tensor.name));
        reached = entry.end;
        entry.tensor.bytes = data.subspan(entry.begin, entry.end - entry.begin);
        file.m_tensors.push_back(std::move(entry.tensor));
    }
    if (reached != data.size())
        return refuse(path, fmt::format("{} bytes at its end belong to no tensor", data.size() - reached));
    return file;
}

} // namespace boolab
