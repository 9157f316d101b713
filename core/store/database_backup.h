// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>

namespace boolab
{

/// What a backup holds.
struct BackupFacts {
    std::int64_t runs = 0, points = 0, schemaVersion = 0, bytes = 0;
};

/// A whole, compact copy of the database as it is at this moment, whoever writes to it meanwhile. `target`
/// appears whole, checked and synced, or not at all; an existing file is replaced only with `force`.
Result<BackupFacts> backUpDatabase(const std::filesystem::path& database, const std::filesystem::path& target,
                                   bool force);

/// Whether a file can be restored: an experiment database of this or an older version, undamaged. It is only
/// read.
Result<BackupFacts> checkBackup(const std::filesystem::path& file);

struct Restoration {
    BackupFacts facts;
    std::filesystem::path setAside; ///< where the database that was there is now; empty where there was none
};

/// Puts a checked copy of `backup` in place of the database. One that is there is set aside with its whole
/// content, and only with `force`; refused while another program has it open.
Result<Restoration> restoreDatabase(const std::filesystem::path& database,
                                    const std::filesystem::path& backup, bool force);

} // namespace boolab
