// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <string>
#include <string_view>

namespace boolab
{

/// A pattern of Oniguruma (the engine of Hugging Face `tokenizers`) as PCRE2 must be given it to match the
/// same: \s is White_Space, \d is Nd, \w has the marks, \h is a hexadecimal digit. `origin` names the file in
/// errors.
Result<std::string> pcrePattern(std::string_view oniguruma, const std::string& origin);

} // namespace boolab
