// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_file.h"

#include "core/formats/gguf_reader.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace boolab
{

namespace
{

constexpr std::uint32_t kMagic = 0x46554747; // "GGUF"
/// Far above any real model; keeps damaged counts from costing time.
constexpr std::uint64_t kMaxCount = 1u << 20;

enum ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

const std::map<std::uint32_t, DType> kTypes = {
    {0, DType::F32},   {1, DType::F16},   {2, DType::Q4_0},  {3, DType::Q4_1},  {6, DType::Q5_0},
    {7, DType::Q5_1},  {8, DType::Q8_0},  {10, DType::Q2_K}, {11, DType::Q3_K}, {12, DType::Q4_K},
    {13, DType::Q5_K}, {14, DType::Q6_K}, {24, DType::I8},   {25, DType::I16},  {26, DType::I32},
    {27, DType::I64},  {28, DType::F64},  {30, DType::BF16},
};

std::string supportedTypes()
{
    std::string list;
    for (const auto& [id, dtype] : kTypes)
        list += fmt::format("{}{}", list.empty() ? "" : ", ", nameOf(dtype));
    return list;
}

std::optional<std::int64_t> readInteger(ByteCursor& cursor, std::uint32_t type)
{
    switch (type) {
    case U8:
        return cursor.read<std::uint8_t>();
    case I8:
        return cursor.read<std::int8_t>();
    case U16:
        return cursor.read<std::uint16_t>();
    case I16:
        return cursor.read<std::int16_t>();
    case U32:
        return cursor.read<std::uint32_t>();
    case I32:
        return cursor.read<std::int32_t>();
    case Bool:
        return cursor.read<std::uint8_t>() != 0;
    case U64:
        return static_cast<std::int64_t>(cursor.read<std::uint64_t>());
    case I64:
        return cursor.read<std::int64_t>();
    default:
        return {};
    }
}

/// Smallest number of bytes that one array element takes.
std::size_t elementBytes(std::uint32_t type)
{
    switch (type) {
    case U8:
    case I8:
    case Bool:
        return 1;
    case U16:
    case I16:
        return 2;
    case U32:
    case I32:
    case F32:
        return 4;
    default:
        return 8;
    }
}

/// The header of one file while it is read; every error names the file and the place.
class HeaderReader
{
public:
    HeaderReader(const std::filesystem::path& path, std::span<const std::byte> bytes)
        : m_path(path), m_bytes(bytes), m_cursor(bytes)
    {
    }

    std::unexpected<Error> refuse(const std::string& what, ErrorCode code = ErrorCode::BadInput) const
    {
        return fail(code, fmt::format("{}: {}", m_path.string(), what),
                    "The file is damaged or incomplete. Download or convert it again.");
    }

    Status readCounts(std::uint64_t& tensors, std::uint64_t& keys)
    {
        if (m_cursor.read<std::uint32_t>() != kMagic || m_cursor.failed())
            return fail(ErrorCode::BadInput, fmt::format("{}: does not start with \"GGUF\"", m_path.string()),
                        "A GGUF file was expected.");
        const auto version = m_cursor.read<std::uint32_t>();
        if (version != 2 && version != 3)
            return fail(ErrorCode::Unsupported,
                        fmt::format("{}: GGUF version {}, expected 2 or 3", m_path.string(), version),
                        version > 0xFFFF ? "The file is big-endian; convert it on a little-endian machine."
                                         : "Convert the model with a current converter.");
        tensors = m_cursor.read<std::uint64_t>();
        keys = m_cursor.read<std::uint64_t>();
        if (m_cursor.failed()) return refuse("ends inside its header");
        if (tensors > kMaxCount || keys > kMaxCount)
            return refuse(fmt::format("claims {} tensors and {} metadata keys", tensors, keys));
        return {};
    }

    Result<std::pair<std::string, GgufValue>> readKey(std::uint64_t index)
    {
        std::string key = m_cursor.readString();
        const auto type = m_cursor.read<std::uint32_t>();
        if (m_cursor.failed()) return refuse(fmt::format("ends inside metadata key {}", index));
        auto value = type == Array ? readArray(key) : readScalar(key, type);
        if (!value) return std::unexpected(value.error());
        return std::pair{std::move(key), std::move(*value)};
    }

    struct RawTensor {
        GgufTensor tensor;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    Result<RawTensor> readTensor(std::uint64_t index)
    {
        RawTensor raw;
        raw.tensor.name = m_cursor.readString();
        const auto dims = m_cursor.read<std::uint32_t>();
        if (m_cursor.failed()) return refuse(fmt::format("ends inside tensor entry {}", index));
        const std::string where = fmt::format("tensor \"{}\"", raw.tensor.name);
        if (dims < 1 || dims > 4)
            return refuse(fmt::format("{} has {} dimensions, expected 1 to 4", where, dims));
        std::uint64_t elements = 1;
        for (std::uint32_t i = 0; i < dims; ++i) {
            const auto length = m_cursor.read<std::uint64_t>();
            if (length == 0 || length > (1ull << 40) || elements > (1ull << 48) / length)
                return refuse(fmt::format("{} has a dimension of {}", where, length));
            elements *= length;
            raw.tensor.shape.insert(raw.tensor.shape.begin(), static_cast<std::int64_t>(length));
        }
        const auto type = m_cursor.read<std::uint32_t>();
        raw.offset = m_cursor.read<std::uint64_t>();
        if (m_cursor.failed()) return refuse(fmt::format("ends inside the entry of {}", where));
        const auto known = kTypes.find(type);
        if (known == kTypes.end())
            return fail(
                ErrorCode::Unsupported,
                fmt::format("{}: {} has ggml type {}, which is not supported", m_path.string(), where, type),
                "Supported types: " + supportedTypes() + ".");
        raw.tensor.dtype = known->second;
        const DTypeLayout layout = layoutOf(raw.tensor.dtype);
        if (raw.tensor.shape.back() % layout.blockElements != 0)
            return refuse(fmt::format("{} has rows of {}, expected a multiple of {} for {}", where,
                                      raw.tensor.shape.back(), layout.blockElements,
                                      nameOf(raw.tensor.dtype)));
        raw.size = elements / static_cast<std::uint64_t>(layout.blockElements) *
                   static_cast<std::uint64_t>(layout.blockBytes);
        return raw;
    }

    std::size_t position() const { return m_cursor.position(); }

private:
    Result<GgufValue> readScalar(const std::string& key, std::uint32_t type)
    {
        GgufValue value;
        if (type == String)
            value = m_cursor.readString();
        else if (type == F32)
            value = static_cast<double>(m_cursor.read<float>());
        else if (type == F64)
            value = m_cursor.read<double>();
        else if (type == Bool)
            value = m_cursor.read<std::uint8_t>() != 0;
        else if (type == U64)
            value = m_cursor.read<std::uint64_t>();
        else if (const auto integer = readInteger(m_cursor, type))
            value = *integer;
        else
            return refuse(fmt::format("key \"{}\" has value type {}, expected 0 to 12", key, type));
        if (m_cursor.failed()) return refuse(fmt::format("ends inside the value of key \"{}\"", key));
        return value;
    }

    Result<GgufValue> readArray(const std::string& key)
    {
        const auto type = m_cursor.read<std::uint32_t>();
        const auto count = m_cursor.read<std::uint64_t>();
        if (m_cursor.failed()) return refuse(fmt::format("ends inside the array of key \"{}\"", key));
        if (type == Array || type > F64)
            return refuse(
                fmt::format("key \"{}\" is an array of type {}, which GGUF does not have", key, type));
        if (count > m_cursor.left() / elementBytes(type))
            return refuse(
                fmt::format("key \"{}\" claims {} elements, {} bytes are left", key, count, m_cursor.left()));
        GgufArray array;
        if (type == String) {
            std::vector<std::string> texts;
            for (std::uint64_t i = 0; i < count && !m_cursor.failed(); ++i)
                texts.push_back(m_cursor.readString());
            array = std::move(texts);
        } else if (type == F32 || type == F64) {
            std::vector<double> reals;
            for (std::uint64_t i = 0; i < count; ++i)
                reals.push_back(type == F32 ? m_cursor.read<float>() : m_cursor.read<double>());
            array = std::move(reals);
        } else {
            std::vector<std::int64_t> integers;
            for (std::uint64_t i = 0; i < count; ++i)
                integers.push_back(*readInteger(m_cursor, type));
            array = std::move(integers);
        }
        if (m_cursor.failed()) return refuse(fmt::format("ends inside the array of key \"{}\"", key));
        return GgufValue(std::move(array));
    }

    const std::filesystem::path& m_path;
    std::span<const std::byte> m_bytes;
    ByteCursor m_cursor;
};

} // namespace

Result<GgufFile> GgufFile::open(const std::filesystem::path& path)
{
    auto mapped = MappedFile::open(path);
    if (!mapped) return std::unexpected(mapped.error());
    GgufFile file;
    file.m_file = std::move(*mapped);
    const auto bytes = file.m_file.bytes();
    HeaderReader reader(file.m_file.path(), bytes);
    std::uint64_t tensorCount = 0, keyCount = 0;
    if (auto counts = reader.readCounts(tensorCount, keyCount); !counts)
        return std::unexpected(counts.error());
    for (std::uint64_t i = 0; i < keyCount; ++i) {
        auto key = reader.readKey(i);
        if (!key) return std::unexpected(key.error());
        if (file.value(key->first)) return reader.refuse(fmt::format("has key \"{}\" twice", key->first));
        file.m_metadata.push_back(std::move(*key));
    }
    std::vector<HeaderReader::RawTensor> raws;
    std::set<std::string> names;
    for (std::uint64_t i = 0; i < tensorCount; ++i) {
        auto raw = reader.readTensor(i);
        if (!raw) return std::unexpected(raw.error());
        if (!names.insert(raw->tensor.name).second)
            return reader.refuse(fmt::format("has tensor \"{}\" twice", raw->tensor.name));
        raws.push_back(std::move(*raw));
    }

    const std::int64_t alignment = file.integer("general.alignment").value_or(32);
    if (alignment < 1 || alignment > (1 << 20) || (alignment & (alignment - 1)) != 0)
        return reader.refuse(fmt::format("general.alignment is {}, expected a power of two", alignment));
    const auto step = static_cast<std::uint64_t>(alignment);
    const std::uint64_t start = (reader.position() + step - 1) / step * step;
    for (auto& raw : raws) {
        if (raw.offset % step != 0)
            return reader.refuse(fmt::format("tensor \"{}\" starts at {}, expected a multiple of {}",
                                             raw.tensor.name, raw.offset, alignment));
        if (start > bytes.size() || raw.offset > bytes.size() - start ||
            raw.size > bytes.size() - start - raw.offset)
            return reader.refuse(fmt::format("tensor \"{}\" needs bytes {} to {}, the file has {}",
                                             raw.tensor.name, start + raw.offset,
                                             start + raw.offset + raw.size, bytes.size()));
        raw.tensor.bytes = bytes.subspan(start + raw.offset, raw.size);
        file.m_tensors.push_back(raw.tensor);
    }
    std::sort(raws.begin(), raws.end(), [](const auto& a, const auto& b) { return a.offset < b.offset; });
    for (std::size_t i = 1; i < raws.size(); ++i)
        if (raws[i - 1].offset + raws[i - 1].size > raws[i].offset)
            return reader.refuse(fmt::format("tensors \"{}\" and \"{}\" overlap", raws[i - 1].tensor.name,
                                             raws[i].tensor.name));
    return file;
}

const GgufTensor* GgufFile::find(std::string_view name) const
{
    for (const GgufTensor& tensor : m_tensors)
        if (tensor.name == name) return &tensor;
    return nullptr;
}

const GgufValue* GgufFile::value(std::string_view key) const
{
    for (const auto& [name, value] : m_metadata)
        if (name == key) return &value;
    return nullptr;
}

std::optional<std::int64_t> GgufFile::integer(std::string_view key) const
{
    const GgufValue* found = value(key);
    if (!found) return {};
    if (const auto* integer = std::get_if<std::int64_t>(found)) return *integer;
    if (const auto* large = std::get_if<std::uint64_t>(found))
        if (*large <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return static_cast<std::int64_t>(*large);
    return {};
}

std::optional<double> GgufFile::real(std::string_view key) const
{
    const GgufValue* found = value(key);
    if (!found) return {};
    if (const auto* real = std::get_if<double>(found)) return *real;
    if (const auto whole = integer(key)) return static_cast<double>(*whole);
    return {};
}

std::optional<bool> GgufFile::boolean(std::string_view key) const
{
    const GgufValue* found = value(key);
    if (found)
        if (const auto* flag = std::get_if<bool>(found)) return *flag;
    return {};
}

std::optional<std::string> GgufFile::text(std::string_view key) const
{
    const GgufValue* found = value(key);
    if (found)
        if (const auto* text = std::get_if<std::string>(found)) return *text;
    return {};
}

const std::vector<std::string>* GgufFile::texts(std::string_view key) const
{
    const GgufValue* found = value(key);
    const auto* array = found ? std::get_if<GgufArray>(found) : nullptr;
    return array ? std::get_if<std::vector<std::string>>(array) : nullptr;
}

const std::vector<std::int64_t>* GgufFile::integers(std::string_view key) const
{
    const GgufValue* found = value(key);
    const auto* array = found ? std::get_if<GgufArray>(found) : nullptr;
    return array ? std::get_if<std::vector<std::int64_t>>(array) : nullptr;
}

} // namespace boolab
