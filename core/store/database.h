// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/sqlite.h"

#include <span>

namespace boolab
{

/// One SQL file of resources/schema.
struct Migration {
    int version; ///< that the database has afterwards
    std::string_view name;
    std::string_view sql;
};

/// What this Boolab brings, oldest first.
std::span<const Migration> migrations();

/// Brings the schema up to date: all pending migrations in one transaction, or none of them. Refuses a newer
/// database and one of another program. Writes nothing where nothing is pending.
Status migrate(sqlite::Connection& connection, std::span<const Migration> migrations);

/// 0 for an empty file. Refuses a newer database and one of another program.
Result<std::int64_t> schemaVersionOf(sqlite::Connection& connection);

/// An experiment database ready for use: made where it is missing, migrated, in WAL mode, with foreign keys.
Result<sqlite::Connection> openDatabase(const std::filesystem::path& file,
                                        std::chrono::milliseconds busyTimeout);

} // namespace boolab
