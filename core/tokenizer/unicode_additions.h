// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace boolab
{

/// What general category `name` ("L", "Nd") gained after Unicode 14, as members of a PCRE2 class; empty where
/// nothing. Oniguruma in `tokenizers` has Unicode 16, the PCRE2 of Debian 12 has 14.
std::string_view unicodeAdditions(std::string_view name);

} // namespace boolab
