// SPDX-License-Identifier: Apache-2.0
#include "core/store/database.h"

#include "core/store/database_place.h"
#include "core/store/migrations.h"
#include "core/store/sqlite_error.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <thread>

namespace fs = std::filesystem;

namespace boolab
{

using sqlite::Connection;
using sqlite::Transaction;

namespace
{

/// "Bool" in ASCII: marks the file as ours (SQLite's application_id).
constexpr std::int64_t kApplicationId = 0x426f6f6c;

Result<std::int64_t> schemaVersion(Connection& connection, std::int64_t newest)
{
    // One statement, so that a migration by another program is seen whole or not at all.
    auto header =
        connection.query("SELECT v.user_version, a.application_id, (SELECT count(*) FROM sqlite_schema) "
                         "FROM pragma_user_version v, pragma_application_id a");
    if (!header) return std::unexpected(header.error());
    if (auto row = header->step(); !row) return std::unexpected(row.error());
    const std::int64_t version = header->integer(0);
    const bool isOurs = header->integer(1) == kApplicationId;
    const bool isNew = version == 0 && header->integer(2) == 0;
    const std::string file = connection.file().string();
    if (!isNew && !isOurs)
        return fail(ErrorCode::Database, fmt::format("{}: is a SQLite database of another program", file),
                    "Name another file with --db.");
    if (version > newest)
        return fail(ErrorCode::Database,
                    fmt::format("{}: was written by a newer Boolab (schema version {}, this one knows {})",
                                file, version, newest),
                    "Update Boolab, or name another database with --db.");
    return version;
}

Status applyPending(Connection& connection, std::span<const Migration> migrations, std::int64_t version)
{
    for (const Migration& migration : migrations) {
        if (migration.version <= version) continue;
        if (auto applied = connection.script(migration.sql); !applied) {
            Error error = applied.error();
            error.message += fmt::format(" in migration {}; nothing was changed", migration.name);
            return std::unexpected(error);
        }
    }
    const auto broken = connection.number("SELECT count(*) FROM pragma_foreign_key_check");
    if (!broken) return std::unexpected(broken.error());
    if (*broken > 0)
        return fail(
            ErrorCode::Internal,
            fmt::format("{}: {} rows would lose what they refer to in a migration; nothing was changed",
                        connection.file().string(), *broken),
            "Please report this.");
    return connection.script(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                         kApplicationId, migrations.back().version));
}

/// Two programs that make the same file at once: SQLite reports the switch to WAL as busy without waiting.
Status switchToWal(Connection& connection, std::chrono::milliseconds busyTimeout)
{
    const auto deadline = std::chrono::steady_clock::now() + busyTimeout;
    for (;;) {
        auto switched = connection.run("PRAGMA journal_mode = WAL");
        if (switched || switched.error().code != ErrorCode::Database ||
            std::chrono::steady_clock::now() > deadline)
            return switched;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

Status makeFolder(const fs::path& file)
{
    std::error_code error;
    if (fs::is_directory(file, error))
        return fail(ErrorCode::Database,
                    fmt::format("{}: is a folder, a database file was expected", file.string()),
                    "Name a file inside it with --db.");
    const fs::path folder = file.parent_path();
    if (!folder.empty() && !fs::is_directory(folder, error)) fs::create_directories(folder, error);
    if (!folder.empty() && !fs::is_directory(folder))
        return fail(ErrorCode::Database,
                    fmt::format("{}: its folder cannot be made: {}", file.string(), error.message()),
                    "Make the folder, or name another database with --db.");
    return {};
}

/// SQLite takes a file shorter than its smallest page for an empty database and would write over it.
Status refuseShortFile(const fs::path& file)
{
    constexpr std::uintmax_t kSmallestPage = 512;
    std::error_code error;
    const std::uintmax_t size = fs::file_size(file, error);
    if (error || size == 0 || size >= kSmallestPage) return {};
    return sqlite::databaseError(SQLITE_NOTADB, fmt::format("only {} bytes long", size), file);
}

Status refuseReadOnly(const Connection& connection)
{
    if (!connection.isReadOnly()) return {};
    return fail(ErrorCode::Database,
                fmt::format("{}: the experiment database cannot be written: it is read-only",
                            connection.file().string()),
                "Make the file and its folder writable for you, or name another database with --db.");
}

} // namespace

std::span<const Migration> migrations()
{
    return kMigrations;
}

Result<std::int64_t> schemaVersionOf(Connection& connection)
{
    return schemaVersion(connection, migrations().back().version);
}

Status migrate(Connection& connection, std::span<const Migration> migrations)
{
    const std::int64_t newest = migrations.back().version;
    auto version = schemaVersion(connection, newest);
    if (!version) return std::unexpected(version.error());
    if (*version == newest) return {};

    auto transaction = Transaction::begin(connection);
    if (!transaction) return std::unexpected(transaction.error());
    // Another program may have migrated while this one waited for the lock.
    version = schemaVersion(connection, newest);
    if (!version) return std::unexpected(version.error());
    if (*version == newest) return {};
    if (auto applied = applyPending(connection, migrations, *version); !applied) return applied;
    return transaction->commit();
}

Result<Connection> openDatabase(const fs::path& file, std::chrono::milliseconds busyTimeout)
{
    std::error_code ignored;
    const fs::path path = fs::absolute(file, ignored);
    if (auto made = makeFolder(path); !made) return std::unexpected(made.error());
    if (auto longEnough = refuseShortFile(path); !longEnough) return std::unexpected(longEnough.error());
    auto connection = Connection::open(path, busyTimeout);
    if (!connection) return connection;
    const auto steps = [&]() -> Status {
        if (auto writable = refuseReadOnly(*connection); !writable) return writable;
        // Looked at before anything is written, so that a file of another program stays as it is.
        if (auto version = schemaVersionOf(*connection); !version) return std::unexpected(version.error());
        if (auto wal = switchToWal(*connection, busyTimeout); !wal) return wal;
        if (auto migrated = migrate(*connection, migrations()); !migrated) return migrated;
        if (auto recorded = recordFirstPlace(*connection); !recorded) return recorded;
        // A commit in WAL mode survives the death of the process with NORMAL; only a power cut can cost the
        // last ones.
        return connection->script("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; "
                                  "PRAGMA journal_size_limit = 16777216");
    };
    if (auto ready = steps(); !ready) return std::unexpected(ready.error());
    return connection;
}

} // namespace boolab
