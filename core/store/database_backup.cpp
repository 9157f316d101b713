// SPDX-License-Identifier: Apache-2.0
#include "core/store/database_backup.h"

#include "core/base/write_error.h"
#include "core/store/database.h"

#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace boolab
{

using sqlite::Connection;

namespace
{

constexpr std::chrono::milliseconds kWait{5000};
constexpr const char* kSideFiles[] = {"-wal", "-shm"};

/// A file that is gone with this, unless it was put in place.
class TemporaryFile
{
public:
    explicit TemporaryFile(const fs::path& destination)
        : m_path(destination.parent_path() /
                 fmt::format(".{}.tmp-{}", destination.filename().string(), ::getpid()))
    {
        remove();
    }
    ~TemporaryFile() { remove(); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const fs::path& path() const { return m_path; }

    Status putInPlace(const fs::path& destination) const
    {
        std::error_code error;
        fs::rename(m_path, destination, error);
        if (error) return std::unexpected(writeError(destination, "cannot be put in place", error.value()));
        return syncFile(destination.parent_path());
    }

    static Status syncFile(const fs::path& path)
    {
        const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        const bool synced = fd >= 0 && fsync(fd) == 0;
        const int code = errno;
        if (fd >= 0) ::close(fd);
        if (!synced) return std::unexpected(writeError(path, "cannot be written to disk", code));
        return {};
    }

private:
    void remove() const
    {
        std::error_code ignored;
        fs::remove(m_path, ignored);
        fs::remove(m_path.string() + "-journal", ignored);
    }

    fs::path m_path;
};

Result<BackupFacts> factsOf(Connection& connection)
{
    const auto version = schemaVersionOf(connection);
    if (!version) return std::unexpected(version.error());
    const std::string file = connection.file().string();
    if (*version == 0)
        return fail(ErrorCode::BadInput, fmt::format("{}: is empty, a backup was expected", file),
                    "`boolab-cli runs backup FILE` writes one.");
    const auto complaints = connection.rows<std::string>(
        "PRAGMA integrity_check(1)", [](const sqlite::Statement& row) { return row.text(0); });
    if (!complaints) return std::unexpected(complaints.error());
    if (complaints->empty() || complaints->front() != "ok")
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: is damaged: {}", file, complaints->empty() ? "" : complaints->front()),
                    "Take another backup; `sqlite3 FILE .recover` rescues rows from this one.");
    BackupFacts facts{.schemaVersion = *version};
    std::error_code ignored;
    facts.bytes = static_cast<std::int64_t>(fs::file_size(connection.file(), ignored));
    for (const auto& [sql, figure] : {std::pair("SELECT count(*) FROM runs", &BackupFacts::runs),
                                      std::pair("SELECT count(*) FROM metrics", &BackupFacts::points)}) {
        const auto count = connection.number(sql);
        if (!count) return std::unexpected(count.error());
        facts.*figure = *count;
    }
    return facts;
}

/// The file is a command's argument: hints that speak of --db, which names the database, would mislead.
std::unexpected<Error> ofBackup(Error error)
{
    if (error.hint.find("--db") != std::string::npos)
        error.hint = "Name a file that `boolab-cli runs backup` of this or an older Boolab wrote.";
    return std::unexpected(std::move(error));
}

/// A compact copy in one file, checked and on disk.
Result<BackupFacts> copyInto(Connection& source, const fs::path& target)
{
    if (auto copied = source.run("VACUUM INTO ?1", target.string()); !copied)
        return fail(copied.error().code,
                    fmt::format("{}: the copy cannot be written: {}", target.parent_path().string(),
                                copied.error().message),
                    copied.error().code == ErrorCode::OutOfDisk
                        ? "Free some disk space there, or name another place."
                        : copied.error().hint);
    if (auto synced = TemporaryFile::syncFile(target); !synced) return std::unexpected(synced.error());
    auto copy = Connection::openReadOnly(target, kWait);
    if (!copy) return std::unexpected(copy.error());
    return factsOf(*copy);
}

fs::path absolutePath(const fs::path& path)
{
    std::error_code ignored;
    return fs::absolute(path, ignored).lexically_normal();
}

bool holdsSomething(const fs::path& file)
{
    std::error_code error;
    return fs::exists(file, error) && (fs::file_size(file, error) > 0 || error);
}

Status refuseMissing(const fs::path& file)
{
    std::error_code error;
    if (fs::is_regular_file(file, error)) return {};
    return fail(ErrorCode::BadInput, fmt::format("{}: there is no such file", file.string()),
                "Name a file that `boolab-cli runs backup` wrote.");
}

/// Leaving WAL needs the database for oneself alone: the one test that sees every other connection.
Status refuseWhileOpen(const fs::path& database)
{
    auto connection = Connection::open(database, std::chrono::milliseconds(200));
    if (!connection) return {};
    const auto alone = connection->run("PRAGMA journal_mode = DELETE");
    if (alone || alone.error().message.find("locked by another program") == std::string::npos)
        return {}; // a damaged one is set aside as it is
    return fail(ErrorCode::Database,
                fmt::format("{}: another program has this database open", database.string()),
                "Close the window and let running jobs end, then try again.");
}

/// All files of the database under a name of the moment.
Result<fs::path> setAside(const fs::path& database)
{
    const fs::path aside = fmt::format("{}.before-restore-{:%Y%m%d-%H%M%S}", database.string(),
                                       fmt::localtime(std::time(nullptr)));
    std::error_code error;
    if (fs::exists(aside, error))
        return fail(ErrorCode::Usage, fmt::format("{}: is there already", aside.string()), "Try again.");
    fs::rename(database, aside, error);
    if (error) return std::unexpected(writeError(database, "cannot be set aside", error.value()));
    for (const char* side : kSideFiles)
        if (fs::exists(database.string() + side, error))
            fs::rename(database.string() + side, aside.string() + side, error);
    return aside;
}

} // namespace

Result<BackupFacts> backUpDatabase(const fs::path& database, const fs::path& target, bool force)
{
    const fs::path source = absolutePath(database), destination = absolutePath(target);
    std::error_code error;
    if (!fs::exists(source, error))
        return fail(ErrorCode::Database, fmt::format("{}: there is no database to back up", source.string()),
                    "Name it with --db.");
    if (fs::equivalent(source, destination, error))
        return fail(ErrorCode::Usage, fmt::format("{}: is the database itself", destination.string()),
                    "Name another file for the backup.");
    if (!force && fs::exists(destination, error))
        return fail(ErrorCode::Usage, fmt::format("{}: is there already", destination.string()),
                    "Name another file, or replace it with --force.");
    fs::create_directories(destination.parent_path(), error);
    auto connection = openDatabase(source, kWait);
    if (!connection) return std::unexpected(connection.error());
    const TemporaryFile temporary(destination);
    auto facts = copyInto(*connection, temporary.path());
    if (!facts) return facts;
    if (auto placed = temporary.putInPlace(destination); !placed) return std::unexpected(placed.error());
    return facts;
}

Result<BackupFacts> checkBackup(const fs::path& file)
{
    if (auto there = refuseMissing(file); !there) return std::unexpected(there.error());
    auto connection = Connection::openReadOnly(absolutePath(file), kWait);
    if (!connection) return ofBackup(connection.error());
    auto facts = factsOf(*connection);
    return facts ? facts : Result<BackupFacts>(ofBackup(facts.error()));
}

Result<Restoration> restoreDatabase(const fs::path& database, const fs::path& backup, bool force)
{
    const fs::path target = absolutePath(database), source = absolutePath(backup);
    std::error_code error;
    if (fs::equivalent(target, source, error))
        return fail(ErrorCode::Usage, fmt::format("{}: is the database itself", source.string()),
                    "Name a backup.");
    if (auto checked = checkBackup(source); !checked) return std::unexpected(checked.error());
    const bool replaces = holdsSomething(target);
    if (replaces && !force)
        return fail(ErrorCode::Usage,
                    fmt::format("{}: a database is there, which the backup would replace", target.string()),
                    "--force sets it aside under another name, or name another place with --db.");
    fs::create_directories(target.parent_path(), error);
    auto connection = Connection::openReadOnly(source, kWait);
    if (!connection) return std::unexpected(connection.error());
    const TemporaryFile temporary(target);
    auto facts = copyInto(*connection, temporary.path());
    if (!facts) return std::unexpected(facts.error());
    Restoration restoration{.facts = *facts, .setAside = {}};
    if (replaces) {
        if (auto alone = refuseWhileOpen(target); !alone) return std::unexpected(alone.error());
        auto aside = setAside(target);
        if (!aside) return std::unexpected(aside.error());
        restoration.setAside = *aside;
    }
    if (auto placed = temporary.putInPlace(target); !placed) return std::unexpected(placed.error());
    if (auto opened = openDatabase(target, kWait); !opened) return std::unexpected(opened.error());
    return restoration;
}

} // namespace boolab
