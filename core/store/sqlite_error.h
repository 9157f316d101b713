// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>

namespace boolab::sqlite
{

/// What a SQLite result code means for the user. Mistakes of the program itself (a constraint, bad SQL)
/// become ErrorCode::Internal: trying again does not help with those.
std::unexpected<Error> databaseError(int code, const std::string& detail, const std::filesystem::path& file);

} // namespace boolab::sqlite
