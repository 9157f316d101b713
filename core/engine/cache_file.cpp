// SPDX-License-Identifier: Apache-2.0
#include "core/engine/cache_file.h"

#include "core/store/experiment_store.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// FNV-1a: stable across builds, unlike std::hash.
std::uint64_t fingerprint(const std::string& text)
{
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    return hash;
}

} // namespace

std::string identityOf(const ModelFiles& files)
{
    std::error_code error;
    const auto modified = fs::last_write_time(files.path(), error).time_since_epoch().count();
    return fmt::format("{} {} {}", fs::absolute(files.path(), error).string(), files.fileBytes(), modified);
}

fs::path cacheFile(const std::string& prefix, const std::string& key, const std::string& extension)
{
    return cacheFolder() / fmt::format("{}-{:016x}.{}", prefix, fingerprint(key), extension);
}

} // namespace boolab
