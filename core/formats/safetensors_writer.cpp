// SPDX-License-Identifier: Apache-2.0
#include "core/formats/safetensors_writer.h"

#include "core/base/write_error.h"

#include "kernels/bfloat16.h"
#include "kernels/float16.h"

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

std::unexpected<Error> cannotWrite(const std::filesystem::path& path, int code)
{
    return std::unexpected(writeError(path, "cannot be written", code));
}

} // namespace

std::int64_t PlannedTensor::byteSize() const
{
    std::int64_t elements = 1;
    for (const std::int64_t length : shape)
        elements *= length;
    const DTypeLayout layout = layoutOf(dtype);
    return elements / layout.blockElements * layout.blockBytes;
}

Result<SafetensorsWriter> SafetensorsWriter::create(const std::filesystem::path& path,
                                                    std::vector<PlannedTensor> plan)
{
    nlohmann::ordered_json header;
    header["__metadata__"] = {{"format", "pt"}};
    std::int64_t offset = 0;
    for (const PlannedTensor& tensor : plan) {
        if (header.contains(tensor.name))
            return fail(ErrorCode::Internal,
                        fmt::format("{}: tensor \"{}\" is planned twice", path.string(), tensor.name));
        const std::int64_t end = offset + tensor.byteSize();
        header[tensor.name] = {
            {"dtype", nameOf(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' '); // the data starts aligned
    const std::uint64_t length = text.size();

    SafetensorsWriter writer;
    writer.m_path = path;
    writer.m_plan = std::move(plan);
    writer.m_stream.open(path, std::ios::binary | std::ios::trunc);
    writer.m_stream.write(reinterpret_cast<const char*>(&length), sizeof length);
    writer.m_stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!writer.m_stream) return cannotWrite(path, errno);
    return writer;
}

Status SafetensorsWriter::writeBytes(std::span<const std::byte> bytes)
{
    const auto length = static_cast<std::int64_t>(bytes.size());
    if (m_next >= m_plan.size() || m_written + length > m_plan[m_next].byteSize())
        return fail(ErrorCode::Internal, fmt::format("{}: tensor {} was not planned with {} bytes",
                                                     m_path.string(), m_next, m_written + length));
    m_written += length;
    if (m_written == m_plan[m_next].byteSize()) {
        ++m_next;
        m_written = 0;
    }
    m_stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!m_stream) return cannotWrite(m_path, errno);
    return {};
}

Status SafetensorsWriter::writeFloats(std::span<const float> values)
{
    if (m_next >= m_plan.size())
        return fail(ErrorCode::Internal, fmt::format("{}: more tensors than planned", m_path.string()));
    const DType dtype = m_plan[m_next].dtype;
    if (dtype == DType::F32) return writeBytes(std::as_bytes(values));
    std::vector<std::uint16_t> narrow(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        narrow[i] = dtype == DType::F16 ? kernels::float_to_float16(values[i])
                                        : kernels::float_to_bfloat16(values[i]);
    return writeBytes(std::as_bytes(std::span(narrow)));
}

Status SafetensorsWriter::finish()
{
    while (m_next < m_plan.size() && m_plan[m_next].byteSize() == 0)
        ++m_next;
    if (m_next != m_plan.size())
        return fail(ErrorCode::Internal,
                    fmt::format("{}: {} of {} tensors written", m_path.string(), m_next, m_plan.size()));
    m_stream.close();
    if (!m_stream) return cannotWrite(m_path, errno);
    return {};
}

} // namespace boolab
