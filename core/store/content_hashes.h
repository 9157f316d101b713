// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/sqlite.h"

namespace boolab
{

/// The content of a model's files as it was when its hash was taken.
struct ContentRecord {
    std::string path;
    std::int64_t bytes = 0;
    double changedAt = 0; ///< of its newest file, Unix seconds
    std::string hash;
};

Result<std::vector<ContentRecord>> selectHashes(sqlite::Connection& connection);
Status rememberHash(sqlite::Connection& connection, const ContentRecord& record); ///< by path

} // namespace boolab
