// SPDX-License-Identifier: Apache-2.0
// Errors as values: library code returns Result<T>, and never prints, exits or aborts.
#pragma once

#include <expected>
#include <string>

namespace boolab
{

enum class ErrorCode {
    Usage,       ///< wrong flags or form fields
    BadInput,    ///< a file from outside is missing, broken or of the wrong kind
    Unsupported, ///< a sound file that Boolab cannot work with
    OutOfMemory,
    OutOfDisk,
    Io,
    Database,
    Stopped, ///< the user asked for it
    Internal,
};

/// What went wrong (which file, which place, what was expected) and, as a hint, what to do next.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string hint;

    /// Message and hint as one text for a terminal or a label.
    std::string text() const;
};

template <class T> using Result = std::expected<T, Error>;
using Status = Result<void>;

std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint = {});

/// 1 failed, 2 wrong usage, 3 bad input file, 130 stopped (design.md, command line).
int exitCode(ErrorCode code);

} // namespace boolab
