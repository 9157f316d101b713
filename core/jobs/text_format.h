// SPDX-License-Identifier: Apache-2.0
// Figures and tables as people read them, in English and without locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace boolab
{

std::string formatBytes(std::int64_t bytes); ///< "97.8 MB" (powers of 1000, as disks and model pages count)
/// Bytes of "80MB", "0.4 GB", "512kB" (powers of 1000) or "1234B"; nothing where the text is no size.
std::optional<double> parseBytes(const std::string& text);
std::string formatCount(std::int64_t count);      ///< "134,515,008"
std::string formatShortCount(std::int64_t count); ///< "134.5 M"
std::string formatDuration(double seconds);       ///< "0.4 s", "12 s", "3:05", "1:02:03"
std::string formatNumber(double value);           ///< 4 significant digits: "24.13", "2516", "1.4e+09"

/// A CSV field as RFC 4180 has it.
std::string csvField(const std::string& text);

/// Columns of equal width, two spaces apart, the first row underlined. Columns whose other cells all begin
/// with a digit or sign stand right. Width is counted in code points.
std::string textTable(const std::vector<std::vector<std::string>>& rows);

} // namespace boolab
