// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace boolab
{

/// One spelling per place, without asking the disk: no "." and "..", no slash at the end.
std::string normalPath(const std::string& path);

/// True where both name the same folder or file, whatever their spelling; false for empty ones.
bool samePath(const std::string& a, const std::string& b);

/// The last name of a path, of a folder also where a slash ends it.
std::string lastName(const std::string& path);

} // namespace boolab
