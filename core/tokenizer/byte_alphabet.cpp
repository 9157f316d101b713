// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/byte_alphabet.h"

#include "core/tokenizer/utf8.h"

#include <array>

namespace boolab
{

namespace
{

constexpr char32_t kAlphabetEnd = 0x144; // 256 + the 68 bytes that are not printable

struct Alphabet {
    std::array<std::string, 256> characters;
    std::array<std::int16_t, kAlphabetEnd> bytes;
};

bool standsForItself(unsigned byte)
{
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

Alphabet makeAlphabet()
{
    Alphabet alphabet;
    alphabet.bytes.fill(-1);
    char32_t next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const char32_t codePoint = standsForItself(byte) ? byte : next++;
        appendUtf8(alphabet.characters[byte], codePoint);
        alphabet.bytes[codePoint] = static_cast<std::int16_t>(byte);
    }
    return alphabet;
}

const Alphabet& alphabet()
{
    static const Alphabet instance = makeAlphabet();
    return instance;
}

} // namespace

std::string_view byteCharacter(std::uint8_t byte)
{
    return alphabet().characters[byte];
}

std::string toByteAlphabet(std::string_view bytes)
{
    std::string result;
    result.reserve(2 * bytes.size());
    for (const char c : bytes)
        result += byteCharacter(static_cast<std::uint8_t>(c));
    return result;
}

std::optional<std::string> fromByteAlphabet(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t codePoint = nextCodePoint(text, i);
        const int byte = codePoint < kAlphabetEnd ? alphabet().bytes[codePoint] : -1;
        if (byte < 0) return std::nullopt;
        result += static_cast<char>(byte);
    }
    return result;
}

} // namespace boolab
