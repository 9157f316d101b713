// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

namespace boolab
{

std::string Error::text() const
{
    return hint.empty() ? message : message + "\n" + hint;
}

std::unexpected<Error> fail(ErrorCode code, std::string message, std::string hint)
{
    return std::unexpected(Error{code, std::move(message), std::move(hint)});
}

int exitCode(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage: return 2;
    case ErrorCode::BadInput:
    case ErrorCode::Unsupported: return 3;
    case ErrorCode::Stopped: return 130;
    default: return 1;
    }
}

} // namespace boolab
