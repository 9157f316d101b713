// SPDX-License-Identifier: Apache-2.0
#include "core/base/system_info.h"

#include <fstream>
#include <optional>
#include <thread>
#include <unistd.h>

namespace boolab
{

namespace
{

/// A "Name:   123 kB" line of a /proc file, in bytes.
std::int64_t procBytes(const char* file, const std::string& name)
{
    std::ifstream in(file);
    std::string line;
    while (std::getline(in, line))
        if (line.starts_with(name + ":")) return std::stoll(line.substr(name.size() + 1)) * 1024;
    return -1;
}

/// Of the disk that `path` lies on or would come to lie on.
std::optional<std::filesystem::space_info> spaceOf(const std::filesystem::path& path)
{
    std::error_code error;
    std::filesystem::path existing = std::filesystem::absolute(path, error);
    while (!existing.empty() && !std::filesystem::exists(existing, error) && existing != existing.root_path())
        existing = existing.parent_path();
    const auto space = std::filesystem::space(existing, error);
    return error ? std::nullopt : std::optional(space);
}

} // namespace

std::int64_t availableMemoryBytes()
{
    return procBytes("/proc/meminfo", "MemAvailable");
}

std::int64_t totalMemoryBytes()
{
    return procBytes("/proc/meminfo", "MemTotal");
}

std::int64_t outOfMemoryKills()
{
    std::ifstream in("/proc/vmstat");
    std::string name;
    for (std::int64_t value = 0; in >> name >> value;)
        if (name == "oom_kill") return value;
    return -1;
}

std::int64_t residentMemoryBytes()
{
    return procBytes("/proc/self/status", "VmRSS");
}

std::int64_t peakResidentMemoryBytes()
{
    return procBytes("/proc/self/status", "VmHWM");
}

void restartPeakMemory()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

std::int64_t freeDiskBytes(const std::filesystem::path& path)
{
    const auto space = spaceOf(path);
    return space ? static_cast<std::int64_t>(space->available) : -1;
}

bool keepsFiles(const std::filesystem::path& path)
{
    const auto space = spaceOf(path);
    return !space || space->capacity > 0;
}

std::string hostName()
{
    char name[256] = {};
    return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

int physicalThreads()
{
    const unsigned count = std::thread::hardware_concurrency();
    return count == 0 ? 1 : static_cast<int>(count);
}

bool cpuHasBfloat16()
{
    std::ifstream in("/proc/cpuinfo");
    std::string line;
    while (std::getline(in, line))
        if (line.starts_with("flags")) return line.find(" avx512_bf16") != std::string::npos;
    return false;
}

std::string boolabVersion()
{
    return BOOLAB_VERSION;
}

} // namespace boolab
