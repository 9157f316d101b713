// SPDX-License-Identifier: Apache-2.0
#include "core/base/normal_path.h"

#include <filesystem>

namespace boolab
{

std::string normalPath(const std::string& path)
{
    std::string normal = std::filesystem::path(path).lexically_normal().string();
    while (normal.size() > 1 && normal.back() == '/')
        normal.pop_back();
    return normal;
}

bool samePath(const std::string& a, const std::string& b)
{
    return !a.empty() && !b.empty() && normalPath(a) == normalPath(b);
}

std::string lastName(const std::string& path)
{
    const std::filesystem::path file(path);
    return (file.filename().empty() ? file.parent_path().filename() : file.filename()).string();
}

} // namespace boolab
