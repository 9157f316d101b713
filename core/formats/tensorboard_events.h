// SPDX-License-Identifier: Apache-2.0
// TensorBoard's event files: TFRecord framing around Event protocol buffers, written by hand.
// Record: length (u64), masked CRC-32C of the length, data, masked CRC-32C of the data; little endian.
// Source: tensorflow/core/lib/io/record_writer.h and tensorboard/compat/proto/{event,summary,tensor}.proto.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace boolab
{

/// CRC-32C (Castagnoli), as RFC 3720 has it.
std::uint32_t crc32c(std::string_view bytes);

/// The content of one event file, which starts with the version's event.
class TensorboardEvents
{
public:
    explicit TensorboardEvents(double unixSeconds);

    /// A point of a curve; NaN and infinities are kept.
    void scalar(double unixSeconds, std::int64_t step, std::string_view tag, float value);
    /// Markdown for the Text tab.
    void text(double unixSeconds, std::int64_t step, std::string_view tag, std::string_view markdown);

    const std::string& bytes() const { return m_bytes; }

private:
    void append(std::string_view event);

    std::string m_bytes;
};

} // namespace boolab
