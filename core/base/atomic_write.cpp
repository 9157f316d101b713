// SPDX-License-Identifier: Apache-2.0
#include "core/base/atomic_write.h"

#include "core/base/write_error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

Status syncPath(const fs::path& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::unexpected(writeError(path, "cannot be opened to sync it", errno));
    const int rc = fsync(fd);
    const int code = errno;
    ::close(fd);
    if (rc != 0) return std::unexpected(writeError(path, "cannot be written to disk", code));
    return {};
}

fs::path temporaryName(const fs::path& destination)
{
    return destination.parent_path() / fmt::format(".{}.tmp-{}", destination.filename().string(), ::getpid());
}

int lockFolder(const fs::path& folder)
{
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || ::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    ::close(fd);
    return -1;
}

/// What killed writers left. Names that end in ".old" stay: they may hold the only copy of a model.
void removeAbandoned(const fs::path& destination)
{
    const std::string prefix = fmt::format(".{}.tmp-", destination.filename().string());
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::directory_iterator entry(destination.parent_path(), error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(prefix) && name.find_first_not_of("0123456789", prefix.size()) == name.npos)
            found.push_back(entry->path());
    }
    for (const fs::path& folder : found)
        if (const int lock = lockFolder(folder); lock >= 0) {
            fs::remove_all(folder, error);
            ::close(lock);
        }
}

Status syncTree(const fs::path& folder)
{
    std::error_code error;
    auto entry = fs::recursive_directory_iterator(folder, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error))
        if (auto synced = syncPath(entry->path()); !synced) return synced;
    if (error) return std::unexpected(writeError(folder, "cannot be listed to sync it", error.value()));
    return syncPath(folder);
}

/// Moves `folder` to `destination` and removes what stood there; 0 or an errno, and then all is as before.
int putInPlace(const fs::path& folder, const fs::path& destination)
{
    std::error_code error;
    // Exchanging leaves no moment in which neither the old folder nor the new one is there.
    if (::renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, destination.c_str(), RENAME_EXCHANGE) == 0) {
        fs::remove_all(folder, error);
        return 0;
    }
    // Nothing to exchange with, or a file system that cannot: move the old one aside, and back if that fails.
    const fs::path aside = folder.string() + ".old";
    const bool replaces = fs::exists(destination, error);
    if (replaces) fs::rename(destination, aside, error);
    if (error) return error.value();
    fs::rename(folder, destination, error);
    const int code = error.value();
    if (replaces && code == 0) fs::remove_all(aside, error);
    if (replaces && code != 0) fs::rename(aside, destination, error);
    return code;
}

} // namespace

Result<AtomicFolder> AtomicFolder::create(const fs::path& destination)
{
    AtomicFolder folder;
    std::error_code error;
    if (destination.empty()) return fail(ErrorCode::Usage, "no output folder is named", "Name one.");
    folder.m_destination = fs::absolute(destination, error).lexically_normal();
    if (!folder.m_destination.has_filename()) folder.m_destination = folder.m_destination.parent_path();
    if (fs::exists(folder.m_destination, error) && !fs::is_directory(folder.m_destination, error))
        return fail(ErrorCode::Usage,
                    fmt::format("{}: is a file, a folder was expected", destination.string()),
                    "Name another output folder.");
    folder.m_temporary = temporaryName(folder.m_destination);
    removeAbandoned(folder.m_destination);
    fs::remove_all(folder.m_temporary, error);
    fs::create_directories(folder.m_temporary, error);
    if (error) {
        folder.m_temporary.clear();
        return std::unexpected(writeError(destination, "the output folder cannot be made", error.value()));
    }
    folder.m_lock = lockFolder(folder.m_temporary);
    return folder;
}

AtomicFolder::AtomicFolder(AtomicFolder&& other) noexcept
    : m_temporary(std::exchange(other.m_temporary, {})), m_destination(std::move(other.m_destination)),
      m_lock(std::exchange(other.m_lock, -1))
{
}

AtomicFolder::~AtomicFolder()
{
    std::error_code ignored;
    if (!m_temporary.empty()) fs::remove_all(m_temporary, ignored);
    if (m_lock >= 0) ::close(m_lock);
}

Status AtomicFolder::sync() const
{
    return syncTree(m_temporary);
}

Status AtomicFolder::commit()
{
    if (auto synced = sync(); !synced) return synced;
    if (const int code = putInPlace(m_temporary, m_destination); code != 0)
        return std::unexpected(writeError(m_destination, "cannot be put in place", code));
    m_temporary.clear();
    return syncPath(m_destination.parent_path());
}

Status AtomicFolder::commitUnlessThere()
{
    if (auto synced = sync(); !synced) return synced;
    if (::rename(m_temporary.c_str(), m_destination.c_str()) !=
        0) { // never onto a folder that holds something
        if (errno == ENOTEMPTY || errno == EEXIST) return {};
        return std::unexpected(writeError(m_destination, "cannot be put in place", errno));
    }
    m_temporary.clear();
    return syncPath(m_destination.parent_path());
}

Status writeFileAtomically(const fs::path& path, std::string_view content)
{
    const fs::path temporary = temporaryName(path);
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) return std::unexpected(writeError(path, "cannot be written", errno));
    int code = 0;
    while (!content.empty() && code == 0) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno != EINTR) code = errno;
        if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (code == 0 && fsync(fd) != 0) code = errno;
    ::close(fd);
    if (code == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) code = errno;
    if (code != 0) {
        ::unlink(temporary.c_str());
        return std::unexpected(writeError(path, "cannot be written", code));
    }
    return {};
}

} // namespace boolab
