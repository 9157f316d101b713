// SPDX-License-Identifier: Apache-2.0
#include "core/store/saved_filters.h"

#include "core/store/run_query.h"
#include "core/store/run_rows.h"

#include <fmt/format.h>

namespace boolab
{

Result<std::vector<SavedFilter>> selectFilters(sqlite::Connection& connection)
{
    return connection.rows<SavedFilter>("SELECT name, query FROM saved_filters ORDER BY name COLLATE NOCASE",
                                        [](const sqlite::Statement& row) {
                                            return SavedFilter{row.text(0), row.text(1)};
                                        });
}

Status saveFilter(sqlite::Connection& connection, const SavedFilter& filter)
{
    if (filter.name.empty())
        return fail(ErrorCode::Usage, "a filter needs a name", "Type at least one character.");
    if (auto query = RunQuery::parse(filter.query); !query) return std::unexpected(query.error());
    return connection.run("INSERT INTO saved_filters(name, query, created_at) VALUES (?1, ?2, ?3) "
                          "ON CONFLICT(name) DO UPDATE SET query = excluded.query",
                          filter.name, filter.query, unixNow());
}

Status removeFilter(sqlite::Connection& connection, const std::string& name)
{
    if (auto removed = connection.run("DELETE FROM saved_filters WHERE name = ?1", name); !removed)
        return removed;
    if (connection.changes() > 0) return {};
    return fail(ErrorCode::Usage,
                fmt::format("{}: has no saved filter \"{}\"", connection.file().string(), name),
                "`boolab-cli runs filters` shows those there are.");
}

} // namespace boolab
