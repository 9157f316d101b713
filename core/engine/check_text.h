// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string_view>

namespace boolab
{

/// BadInput where the content of `path` is no text: it holds a zero byte, or much of it is no UTF-8. The
/// message names the first such byte. A few invalid bytes are let through; the tokenizer reads them as
/// U+FFFD.
Status checkIsText(const std::filesystem::path& path, std::string_view content);

} // namespace boolab
