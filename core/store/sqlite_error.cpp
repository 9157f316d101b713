// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite_error.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace boolab::sqlite
{

namespace
{

struct Explanation {
    ErrorCode code;
    const char* what;
    const char* hint;
};

Explanation explain(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {
            ErrorCode::Database, "the experiment database is locked by another program",
            "Close the program that holds it (a database browser, a backup) and try again, or name another "
            "database with --db."};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {ErrorCode::Database, "the experiment database cannot be written",
                "Make the file and its folder writable for you, or name another database with --db."};
    case SQLITE_CANTOPEN:
        return {
            ErrorCode::Database, "the experiment database cannot be opened",
            "Check that its folder exists and that you may write there, or name another database with --db."};
    case SQLITE_NOTADB:
        return {ErrorCode::Database, "is not an experiment database (no SQLite file)",
                "Name another file with --db, or move this one away so that a new database is made."};
    case SQLITE_CORRUPT:
        return {ErrorCode::Database, "the experiment database is damaged",
                "Keep a copy, rescue its rows with `sqlite3 FILE .recover`, put a backup in its place with "
                "`boolab-cli runs restore-database`, or move it away so that a new database is made."};
    case SQLITE_FULL:
        return {ErrorCode::OutOfDisk, "no space is left for the experiment database",
                "Free some disk space; `boolab-cli runs gc` removes deleted runs."};
    case SQLITE_NOMEM:
        return {ErrorCode::OutOfMemory, "out of memory in the experiment database",
                "Close other programs and try again."};
    case SQLITE_IOERR:
        return {ErrorCode::Io, "the experiment database cannot be read or written",
                "Check the disk and whether the folder is still there."};
    default:
        return {ErrorCode::Internal, "the experiment database refused a statement", "Please report this."};
    }
}

} // namespace

std::unexpected<Error> databaseError(int code, const std::string& detail, const std::filesystem::path& file)
{
    const Explanation explanation = explain(code);
    return fail(explanation.code,
                fmt::format("{}: {} ({}; SQLite code {})", file.string(), explanation.what, detail, code),
                explanation.hint);
}

} // namespace boolab::sqlite
