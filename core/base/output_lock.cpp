// SPDX-License-Identifier: Apache-2.0
#include "core/base/output_lock.h"

#include "core/base/system_info.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

Error cannotLock(const fs::path& file, int code)
{
    return {code == ENOSPC || code == EDQUOT ? ErrorCode::OutOfDisk : ErrorCode::Io,
            fmt::format("{}: cannot be made: {}", file.string(), std::strerror(code)),
            "It keeps other runs away from the output: check the folder's rights and the disk."};
}

std::string holderOf(int descriptor)
{
    char text[256];
    const ssize_t size = ::pread(descriptor, text, sizeof(text), 0);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "another process";
}

/// The file may have been removed by its last holder between open and lock.
bool isStillThere(const fs::path& file, int descriptor)
{
    struct stat opened = {}, there = {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &there) == 0 &&
           opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

} // namespace

Result<OutputLock> OutputLock::take(const fs::path& output)
{
    std::error_code error;
    fs::path folder = fs::absolute(output, error).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    fs::create_directories(folder.parent_path(), error);
    const fs::path file = folder.string() + ".lock";
    for (;;) {
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0) return std::unexpected(cannotLock(file, errno));
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const std::string holder = holderOf(descriptor);
            ::close(descriptor);
            return fail(ErrorCode::Usage, fmt::format("{}: is being written by {}", output.string(), holder),
                        "Wait for that run or stop it, or name another folder with --output.");
        }
        if (!isStillThere(file, descriptor)) {
            ::close(descriptor);
            continue;
        }
        OutputLock lock;
        lock.m_file = file;
        lock.m_descriptor = descriptor;
        const std::string self = fmt::format("process {} on {}", ::getpid(), hostName());
        // Only a courtesy to whoever meets the lock; on a full disk that one reads of "another process".
        if (::ftruncate(descriptor, 0) == 0) (void)!::pwrite(descriptor, self.data(), self.size(), 0);
        return lock;
    }
}

OutputLock::OutputLock(OutputLock&& other) noexcept
    : m_file(std::move(other.m_file)), m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

OutputLock::~OutputLock()
{
    if (m_descriptor < 0) return;
    ::unlink(m_file.c_str());
    ::close(m_descriptor);
}

} // namespace boolab
