// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/path_role.h"

namespace boolab::ui
{

PathRole pathRole(const OptionSpec& option)
{
    if (option.key == "output") return PathRole::OutputFolder;
    if (option.key == "student") return PathRole::ModelFolder;
    if (option.key == "db") return PathRole::Database;
    for (const char* key : {"model", "teacher", "reference", "original"})
        if (option.key == key) return PathRole::Model;
    return PathRole::File;
}

bool isModel(PathRole role)
{
    return role == PathRole::Model || role == PathRole::ModelFolder;
}

bool isInput(PathRole role)
{
    return isModel(role) || role == PathRole::File;
}

} // namespace boolab::ui
