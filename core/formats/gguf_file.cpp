// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_file.h"

#include "core/formats/gguf_metadata.h"
#include "core/formats/gguf_tensors.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <limits>

namespace boolab
{

namespace
{

constexpr std::uint32_t kMagic = 0x46554747; // "GGUF", little-endian
constexpr std::uint64_t kDefaultAlignment = 32;
// The least that an entry takes: key length, value type, one byte; name length, dimension count, type,
// offset.
constexpr std::size_t kMinKeyBytes = 8 + 4 + 1, kMinTensorBytes = 8 + 4 + 4 + 8;
// The largest published models have some thousands of tensors.
constexpr std::uint64_t kMaxEntries = std::uint64_t{1} << 20;

struct Header {
    std::uint64_t tensors = 0, keys = 0;
};

Header readHeader(GgufCursor& cursor)
{
    if (cursor.number<std::uint32_t>("the magic") != kMagic)
        cursor.refuse(ErrorCode::BadInput, 0, "the file does not begin with \"GGUF\", so it is no GGUF file",
                      "Check the path; a Hugging Face model is opened by its folder.");
    const auto version = cursor.number<std::uint32_t>("the version");
    if (version != 2 && version != 3) {
        const bool bigEndian = (version & 0xffff) == 0 && version != 0;
        cursor.refuse(ErrorCode::Unsupported, 4,
                      bigEndian
                          ? "the file is big-endian, expected little-endian"
                          : fmt::format("GGUF version {} is not supported; supported are 2 and 3", version),
                      "Convert the model again with a current llama.cpp, for a little-endian machine.");
    }
    Header header;
    header.tensors = cursor.count("the number of tensors", kMinTensorBytes, kMaxEntries);
    header.keys = cursor.count("the number of metadata keys", kMinKeyBytes, kMaxEntries);
    return header;
}

template <class T> std::optional<T> scalar(const GgufValue* value)
{
    const auto* held = value ? std::get_if<T>(value) : nullptr;
    return held ? std::optional<T>(*held) : std::nullopt;
}

template <class T> const std::vector<T>* array(const GgufValue* value)
{
    const auto* held = value ? std::get_if<GgufArray>(value) : nullptr;
    return held ? std::get_if<std::vector<T>>(held) : nullptr;
}

/// general.alignment, or the default; 0 with an error in the cursor where it is no power of two.
std::uint64_t alignmentOf(const GgufFile& file, GgufCursor& cursor)
{
    if (!file.value("general.alignment")) return kDefaultAlignment;
    const auto alignment = file.integer("general.alignment").value_or(-1);
    if (alignment > 0 && std::has_single_bit(static_cast<std::uint64_t>(alignment)))
        return static_cast<std::uint64_t>(alignment);
    cursor.setPlace("key \"general.alignment\"");
    cursor.refuse(cursor.offset(), fmt::format("the alignment is {}, expected a power of two", alignment));
    return 0;
}

} // namespace

Result<GgufFile> GgufFile::open(const std::filesystem::path& path)
{
    auto mapped = MappedFile::open(path);
    if (!mapped) return std::unexpected(mapped.error());
    GgufFile file;
    file.m_file = std::move(*mapped);
    const auto bytes = file.m_file.bytes();

    GgufCursor cursor(bytes, path.string());
    const auto header = readHeader(cursor);
    file.m_metadata = readGgufMetadata(cursor, header.keys);
    auto entries = readGgufTensorTable(cursor, header.tensors);
    if (cursor.failed()) return std::unexpected(cursor.error());
    const auto alignment = alignmentOf(file, cursor);
    if (cursor.failed()) return std::unexpected(cursor.error());
    const auto dataStart = (cursor.offset() + alignment - 1) / alignment * alignment;
    file.m_tensors = placeGgufTensors(cursor, std::move(entries), bytes, dataStart, alignment);
    if (cursor.failed()) return std::unexpected(cursor.error());
    return file;
}

const GgufTensor* GgufFile::find(std::string_view name) const
{
    const auto found = std::ranges::find(m_tensors, name, &GgufTensor::name);
    return found == m_tensors.end() ? nullptr : &*found;
}

const GgufValue* GgufFile::value(std::string_view key) const
{
    const auto found =
        std::ranges::find(m_metadata, key, [](const auto& entry) -> std::string_view { return entry.first; });
    return found == m_metadata.end() ? nullptr : &found->second;
}

std::optional<std::int64_t> GgufFile::integer(std::string_view key) const
{
    if (const auto number = scalar<std::int64_t>(value(key))) return number;
    const auto number = scalar<std::uint64_t>(value(key));
    if (!number || *number > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

std::optional<double> GgufFile::real(std::string_view key) const
{
    if (const auto number = scalar<double>(value(key))) return number;
    const auto number = integer(key);
    return number ? std::optional(static_cast<double>(*number)) : std::nullopt;
}

std::optional<bool> GgufFile::boolean(std::string_view key) const
{
    return scalar<bool>(value(key));
}

std::optional<std::string> GgufFile::text(std::string_view key) const
{
    return scalar<std::string>(value(key));
}

const std::vector<std::string>* GgufFile::texts(std::string_view key) const
{
    return array<std::string>(value(key));
}

const std::vector<std::int64_t>* GgufFile::integers(std::string_view key) const
{
    return array<std::int64_t>(value(key));
}

const std::vector<double>* GgufFile::reals(std::string_view key) const
{
    return array<double>(value(key));
}

} // namespace boolab
