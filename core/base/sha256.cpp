// SPDX-License-Identifier: Apache-2.0
#include "core/base/sha256.h"

#include <array>
#include <fmt/format.h>
#include <openssl/sha.h>

namespace boolab
{

std::string sha256Hex(std::string_view bytes)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    std::string text;
    for (const unsigned char byte : digest)
        text += fmt::format("{:02x}", byte);
    return text;
}

} // namespace boolab
