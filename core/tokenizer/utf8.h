// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace boolab
{

bool isValidUtf8(std::string_view text);
/// Each maximal invalid part becomes one U+FFFD, as Python's errors="replace" does.
std::string replaceInvalidUtf8(std::string_view text);

struct InvalidUtf8 {
    std::size_t characters = 0; ///< code points and invalid parts
    std::size_t parts = 0;      ///< what replaceInvalidUtf8() replaces
    std::size_t first = 0;      ///< offset of the first of them
};
InvalidUtf8 invalidUtf8(std::string_view text);

/// The code point at `position` of valid UTF-8; `position` moves behind it.
char32_t nextCodePoint(std::string_view text, std::size_t& position);
void appendUtf8(std::string& text, char32_t codePoint);
std::size_t codePointCount(std::string_view text);

bool isAscii(std::string_view text);
/// Unicode's White_Space, which Python, Rust and Oniguruma call space.
bool isWhiteSpace(char32_t codePoint);
/// General category Nd, Nl or No.
bool isNumeric(char32_t codePoint);
/// Letters, marks, decimal digits, connectors and joiners: \w of Rust's regex.
bool isWordCharacter(char32_t codePoint);

} // namespace boolab
