// SPDX-License-Identifier: Apache-2.0
// GPT-2's byte alphabet: every byte as one printable code point, so that a vocabulary of bytes is readable
// text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace boolab
{

/// UTF-8 of the code point that stands for `byte` (a space is "Ġ").
std::string_view byteCharacter(std::uint8_t byte);
/// `bytes` written in the alphabet.
std::string toByteAlphabet(std::string_view bytes);
/// The bytes that `text` stands for, or nothing where a code point is outside the alphabet.
std::optional<std::string> fromByteAlphabet(std::string_view text);

} // namespace boolab
