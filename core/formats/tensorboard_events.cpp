// SPDX-License-Identifier: Apache-2.0
#include "core/formats/tensorboard_events.h"

#include <array>
#include <bit>

namespace boolab
{

namespace
{

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
    constexpr std::uint32_t kReversedPolynomial = 0x82f63b78;
    std::array<std::uint32_t, 256> table = {};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = value & 1 ? value >> 1 ^ kReversedPolynomial : value >> 1;
        table[byte] = value;
    }
    return table;
}();

/// A CRC of bytes that hold CRCs is weak, so TFRecord turns and shifts its own.
std::uint32_t masked(std::uint32_t crc)
{
    return std::rotr(crc, 15) + 0xa282ead8U;
}

template <class Integer> std::string littleEndian(Integer value)
{
    std::string bytes;
    for (std::size_t i = 0; i < sizeof value; ++i)
        bytes += static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
}

std::string varint(std::uint64_t value)
{
    std::string bytes;
    for (; value >= 0x80; value >>= 7)
        bytes += static_cast<char>((value & 0x7f) | 0x80);
    return bytes + static_cast<char>(value);
}

// Fields of a protocol buffer: number and wire type, then the value.
std::string varintField(int number, std::uint64_t value)
{
    return varint(static_cast<std::uint64_t>(number) << 3) + varint(value);
}

std::string doubleField(int number, double value)
{
    return varint(static_cast<std::uint64_t>(number) << 3 | 1) +
           littleEndian(std::bit_cast<std::uint64_t>(value));
}

std::string bytesField(int number, std::string_view value)
{
    return varint(static_cast<std::uint64_t>(number) << 3 | 2) + varint(value.size()) + std::string(value);
}

std::string floatField(int number, float value)
{
    return varint(static_cast<std::uint64_t>(number) << 3 | 5) +
           littleEndian(std::bit_cast<std::uint32_t>(value));
}

/// Event{wall_time = 1, step = 2, summary = 5}, Summary{value = 1}.
std::string eventOf(double unixSeconds, std::int64_t step, const std::string& value)
{
    return doubleField(1, unixSeconds) + varintField(2, static_cast<std::uint64_t>(step)) +
           bytesField(5, bytesField(1, value));
}

} // namespace

std::uint32_t crc32c(std::string_view bytes)
{
    std::uint32_t crc = 0xffffffff;
    for (const char c : bytes)
        crc = kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ crc >> 8;
    return ~crc;
}

TensorboardEvents::TensorboardEvents(double unixSeconds)
{
    append(doubleField(1, unixSeconds) + bytesField(3, "brain.Event:2"));
}

void TensorboardEvents::scalar(double unixSeconds, std::int64_t step, std::string_view tag, float value)
{
    append(eventOf(unixSeconds, step, bytesField(1, tag) + floatField(2, value)));
}

void TensorboardEvents::text(double unixSeconds, std::int64_t step, std::string_view tag,
                             std::string_view markdown)
{
    // TensorProto{dtype = 1: DT_STRING 7, tensor_shape = 2: {dim = 2: {size = 1: 1}}, string_val = 8};
    // SummaryMetadata{plugin_data = 1: {plugin_name = 1}}.
    const std::string tensor =
        varintField(1, 7) + bytesField(2, bytesField(2, varintField(1, 1))) + bytesField(8, markdown);
    append(eventOf(unixSeconds, step,
                   bytesField(1, tag) + bytesField(8, tensor) +
                       bytesField(9, bytesField(1, bytesField(1, "text")))));
}

void TensorboardEvents::append(std::string_view event)
{
    const std::string length = littleEndian(static_cast<std::uint64_t>(event.size()));
    m_bytes += length;
    m_bytes += littleEndian(masked(crc32c(length)));
    m_bytes += event;
    m_bytes += littleEndian(masked(crc32c(event)));
}

} // namespace boolab
