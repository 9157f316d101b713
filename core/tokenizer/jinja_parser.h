// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/jinja_ast.h"

#include <string_view>

namespace boolab::jinja
{

/// Parses a whole template. Raises TemplateError, which names the line.
Block parse(std::string_view source);

} // namespace boolab::jinja
