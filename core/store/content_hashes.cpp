// SPDX-License-Identifier: Apache-2.0
#include "core/store/content_hashes.h"

namespace boolab
{

Result<std::vector<ContentRecord>> selectHashes(sqlite::Connection& connection)
{
    return connection.rows<ContentRecord>(
        "SELECT path, bytes, changed_at, hash FROM content_hashes ORDER BY path",
        [](const sqlite::Statement& row) {
            return ContentRecord{row.text(0), row.integer(1), row.real(2), row.text(3)};
        });
}

Status rememberHash(sqlite::Connection& connection, const ContentRecord& record)
{
    return connection.run("INSERT INTO content_hashes(path, bytes, changed_at, hash) VALUES (?1, ?2, ?3, ?4) "
                          "ON CONFLICT(path) DO UPDATE SET bytes = excluded.bytes, "
                          "changed_at = excluded.changed_at, hash = excluded.hash",
                          record.path, record.bytes, record.changedAt, record.hash);
}

} // namespace boolab
