// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace boolab
{

/// SHA-256 (FIPS 180-4) in lower-case hexadecimal, as Python's hexdigest() writes it.
std::string sha256Hex(std::string_view bytes);

} // namespace boolab
