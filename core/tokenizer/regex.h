// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boolab
{

/// Bytes [begin, end) of a text.
struct TextRange {
    std::size_t begin = 0, end = 0;
};

/// A compiled pattern in Oniguruma's syntax over UTF-8 (PCRE2 with JIT beneath). Immutable; find() may run in
/// several threads.
class Regex
{
public:
    static Result<Regex> compile(std::string_view pattern, const std::string& origin);
    /// Matches `text` itself.
    static Result<Regex> literal(std::string_view text, const std::string& origin);

    /// The first match that begins at `from` or later. `text` must be valid UTF-8.
    std::optional<TextRange> find(std::string_view text, std::size_t from) const;

private:
    explicit Regex(std::shared_ptr<const void> code) : m_code(std::move(code)) {}
    static Result<Regex> compilePcre(std::string_view pattern, std::uint32_t options, std::string_view shown,
                                     const std::string& origin);
    std::shared_ptr<const void> m_code;
};

} // namespace boolab
