// SPDX-License-Identifier: Apache-2.0
// Layout: ggml docs/gguf.md.
#include "core/formats/gguf_writer.h"

#include "core/base/write_error.h"
#include "core/formats/gguf_tensors.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <limits>

namespace boolab
{

namespace
{

enum ValueType : std::uint32_t {
    kU32 = 4,
    kI32 = 5,
    kF32 = 6,
    kBool = 7,
    kString = 8,
    kArray = 9,
    kU64 = 10,
    kI64 = 11
};

constexpr std::int64_t kAlignment = 32;

/// The head of the file as it grows.
class Head
{
public:
    template <class T> void number(T value)
    {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(std::string_view value)
    {
        number(static_cast<std::uint64_t>(value.size()));
        m_bytes.append(value);
    }
    template <class T> void typed(ValueType type, T value)
    {
        number(static_cast<std::uint32_t>(type));
        number(value);
    }
    void value(const GgufValue& value)
    {
        std::visit([this](const auto& held) { put(held); }, value);
    }
    void pad() { m_bytes.resize((m_bytes.size() + kAlignment - 1) / kAlignment * kAlignment); }
    const std::string& bytes() const { return m_bytes; }

private:
    void put(bool held) { typed(kBool, static_cast<std::uint8_t>(held)); }
    void put(std::int64_t held)
    {
        if (held == static_cast<std::int32_t>(held))
            typed(kI32, static_cast<std::int32_t>(held));
        else
            typed(kI64, held);
    }
    void put(std::uint64_t held)
    {
        if (held <= std::numeric_limits<std::uint32_t>::max())
            typed(kU32, static_cast<std::uint32_t>(held));
        else
            typed(kU64, held);
    }
    void put(double held) { typed(kF32, static_cast<float>(held)); }
    void put(const std::string& held)
    {
        number(static_cast<std::uint32_t>(kString));
        text(held);
    }
    void put(const GgufArray& held)
    {
        number(static_cast<std::uint32_t>(kArray));
        std::visit([this](const auto& values) { putAll(values); }, held);
    }
    void putAll(const std::vector<std::string>& values)
    {
        begin(kString, values.size());
        for (const std::string& one : values)
            text(one);
    }
    void putAll(const std::vector<double>& values)
    {
        begin(kF32, values.size());
        for (const double one : values)
            number(static_cast<float>(one));
    }
    void putAll(const std::vector<std::int64_t>& values)
    {
        const bool narrow = std::ranges::all_of(
            values, [](std::int64_t one) { return one == static_cast<std::int32_t>(one); });
        begin(narrow ? kI32 : kI64, values.size());
        for (const std::int64_t one : values)
            if (narrow)
                number(static_cast<std::int32_t>(one));
            else
                number(one);
    }
    void begin(ValueType type, std::size_t count)
    {
        number(static_cast<std::uint32_t>(type));
        number(static_cast<std::uint64_t>(count));
    }

    std::string m_bytes = "GGUF";
};

std::int64_t padded(std::int64_t bytes)
{
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

Result<std::string> headOf(const std::filesystem::path& path, const GgufMetadata& metadata,
                           const std::vector<PlannedTensor>& plan)
{
    Head head;
    head.number(std::uint32_t{3});
    head.number(static_cast<std::uint64_t>(plan.size()));
    head.number(static_cast<std::uint64_t>(metadata.size()));
    for (const auto& [key, value] : metadata) {
        head.text(key);
        head.value(value);
    }
    std::int64_t offset = 0;
    for (const PlannedTensor& tensor : plan) {
        const auto type = ggmlTypeOf(tensor.dtype);
        if (!type)
            return fail(ErrorCode::Internal, fmt::format("{}: tensor \"{}\" is {}, which GGUF does not have",
                                                         path.string(), tensor.name, nameOf(tensor.dtype)));
        head.text(tensor.name);
        head.number(static_cast<std::uint32_t>(tensor.shape.size()));
        std::for_each(tensor.shape.rbegin(), tensor.shape.rend(),
                      [&](std::int64_t length) { head.number(static_cast<std::uint64_t>(length)); });
        head.number(*type);
        head.number(static_cast<std::uint64_t>(offset));
        offset = padded(offset + tensor.byteSize());
    }
    head.pad();
    return head.bytes();
}

} // namespace

Result<GgufWriter> GgufWriter::create(const std::filesystem::path& path, const GgufMetadata& metadata,
                                      std::vector<PlannedTensor> plan)
{
    const auto head = headOf(path, metadata, plan);
    if (!head) return std::unexpected(head.error());
    GgufWriter writer;
    writer.m_path = path;
    writer.m_plan = std::move(plan);
    writer.m_stream.open(path, std::ios::binary | std::ios::trunc);
    writer.m_stream.write(head->data(), static_cast<std::streamsize>(head->size()));
    if (!writer.m_stream) return std::unexpected(writeError(path, "cannot be written", errno));
    return writer;
}

Status GgufWriter::writeBytes(std::span<const std::byte> bytes)
{
    const auto length = static_cast<std::int64_t>(bytes.size());
    if (m_next >= m_plan.size() || m_written + length > m_plan[m_next].byteSize())
        return fail(ErrorCode::Internal, fmt::format("{}: tensor {} was not planned with {} bytes",
                                                     m_path.string(), m_next, m_written + length));
    m_stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    m_written += length;
    if (m_written == m_plan[m_next].byteSize()) {
        constexpr char kZeros[kAlignment] = {};
        m_stream.write(kZeros, padded(m_written) - m_written);
        ++m_next;
        m_written = 0;
    }
    if (!m_stream) return std::unexpected(writeError(m_path, "cannot be written", errno));
    return {};
}

Status GgufWriter::finish()
{
    if (m_next != m_plan.size())
        return fail(ErrorCode::Internal,
                    fmt::format("{}: {} of {} tensors written", m_path.string(), m_next, m_plan.size()));
    m_stream.close();
    if (!m_stream) return std::unexpected(writeError(m_path, "cannot be written", errno));
    return {};
}

} // namespace boolab
