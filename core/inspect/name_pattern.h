// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <memory>
#include <string_view>

namespace boolab
{

/// A regular expression that somebody types to find names (PCRE2's syntax, upper and lower case alike, found
/// anywhere in the name). A pattern that would search for ever finds nothing instead. Immutable.
class NamePattern
{
public:
    /// Finds everything.
    NamePattern() = default;
    /// Usage, with the place of the mistake, where `pattern` is no regular expression.
    static Result<NamePattern> compile(std::string_view pattern);

    bool finds(std::string_view name) const;

private:
    std::shared_ptr<const void> m_code; ///< null: everything
};

} // namespace boolab
