// SPDX-License-Identifier: Apache-2.0
#include "core/store/database_place.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// The file's one name, whatever links lead to it.
std::string placeOf(sqlite::Connection& connection)
{
    std::error_code error;
    const fs::path place = fs::canonical(connection.file(), error);
    return (error ? connection.file() : place).string();
}

Result<std::string> recordedPlace(sqlite::Connection& connection)
{
    auto rows = connection.rows<std::string>("SELECT path FROM database_place",
                                             [](const sqlite::Statement& row) { return row.text(0); });
    if (!rows) return std::unexpected(rows.error());
    return rows->empty() ? std::string() : rows->front();
}

bool isElsewhere(sqlite::Connection& connection, const std::string& recorded)
{
    std::error_code error;
    return !recorded.empty() && recorded != placeOf(connection) &&
           !fs::equivalent(recorded, connection.file(), error);
}

/// While another database lies where this one was made.
Status refuseCopy(sqlite::Connection& connection, const std::string& recorded)
{
    std::error_code error;
    if (!isElsewhere(connection, recorded) || !fs::exists(recorded, error)) return {};
    return fail(ErrorCode::Usage,
                fmt::format("{}: is a copy of {}, which is still there: files that its deleted runs name may "
                            "be needed by runs of that one",
                            connection.file().string(), recorded),
                fmt::format("Clean up there: `boolab-cli runs gc --db {}`.", recorded));
}

} // namespace

Status recordFirstPlace(sqlite::Connection& connection)
{
    const auto recorded = recordedPlace(connection);
    if (!recorded) return std::unexpected(recorded.error());
    if (!recorded->empty()) return {};
    return connection.run("INSERT OR IGNORE INTO database_place(id, path) VALUES (1, ?1)",
                          placeOf(connection));
}

Status recordPlace(sqlite::Connection& connection)
{
    const auto recorded = recordedPlace(connection);
    if (!recorded) return std::unexpected(recorded.error());
    if (auto original = refuseCopy(connection, *recorded); !original) return original;
    return connection.run("INSERT OR REPLACE INTO database_place(id, path) VALUES (1, ?1)",
                          placeOf(connection));
}

Status refuseElsewhere(sqlite::Connection& connection)
{
    const auto recorded = recordedPlace(connection);
    if (!recorded) return std::unexpected(recorded.error());
    if (auto original = refuseCopy(connection, *recorded); !original) return original;
    if (!isElsewhere(connection, *recorded)) return {};
    return fail(ErrorCode::Usage,
                fmt::format("{}: was made at {}: files that its deleted runs name may be needed by runs of "
                            "another copy of it",
                            connection.file().string(), *recorded),
                "If there is no other copy in use, `boolab-cli runs gc --moved` writes down the new place "
                "and goes on; --dry-run only lists.");
}

} // namespace boolab
