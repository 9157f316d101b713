// SPDX-License-Identifier: Apache-2.0
#include "core/base/mapped_file.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace boolab
{

MappedFile::~MappedFile()
{
    if (m_data) munmap(const_cast<std::byte*>(m_data), m_size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)),
      m_path(std::move(other.m_path))
{
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    std::swap(m_path, other.m_path);
    return *this;
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path)
{
    const auto refuse = [&](const char* what) {
        return fail(ErrorCode::BadInput, fmt::format("{}: {}: {}", path.string(), what, std::strerror(errno)),
                    "Check that the path is right and that you may read the file.");
    };
    // Without O_NONBLOCK a named pipe would wait for its writer.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return refuse("cannot be opened");
    struct stat info = {};
    const bool known = fstat(fd, &info) == 0;
    if (!known || !S_ISREG(info.st_mode)) {
        if (known) errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
        auto error = refuse("is not a readable file");
        ::close(fd);
        return error;
    }
    MappedFile file;
    file.m_path = path;
    file.m_size = static_cast<std::size_t>(info.st_size);
    if (file.m_size > 0) {
        void* data = mmap(nullptr, file.m_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED) {
            file.m_size = 0;
            auto error = refuse("cannot be mapped into memory");
            ::close(fd);
            return error;
        }
        file.m_data = static_cast<const std::byte*>(data);
    }
    ::close(fd);
    return file;
}

void MappedFile::release(std::span<const std::byte> part)
{
    // Whole pages only: what shares a page with a neighbour stays.
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<std::uintptr_t>(part.data()) + page - 1) / page * page;
    const auto end = reinterpret_cast<std::uintptr_t>(part.data() + part.size()) / page * page;
    if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t limit)
{
    auto file = MappedFile::open(path);
    if (!file) return std::unexpected(file.error());
    const auto bytes = file->bytes();
    if (bytes.size() > limit)
        return fail(ErrorCode::BadInput, fmt::format("{}: {} bytes, at most {} were expected", path.string(),
                                                     bytes.size(), limit));
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

} // namespace boolab
