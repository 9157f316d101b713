// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <filesystem>

namespace boolab::ui
{

inline QString pathText(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

} // namespace boolab::ui
