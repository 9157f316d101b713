// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"

#include <filesystem>
#include <string>

namespace boolab
{

/// Path, size and time of a model: changes when its weights may have.
std::string identityOf(const ModelFiles& files);
/// "<data folder>/cache/<prefix>-<fingerprint of key>.<extension>": what can be made again at any time.
std::filesystem::path cacheFile(const std::string& prefix, const std::string& key,
                                const std::string& extension);

} // namespace boolab
